// The `tags` parameter of a search: one flat JSON object. Strict JSON (RFC 8259) but for the shape:
// values are strings, numbers, true or false, nothing nested. Pure function.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace spanhound::api {

using Tag = std::pair<std::string, std::string>;

// A search has a handful; more only cost time at every row.
inline constexpr size_t kTagsMax = 100;

// In the order written; values become text, numbers as they are spelled. INVALID_ARGUMENT with
// the byte where reading stopped.
Result<std::vector<Tag>> ParseTagsJson(std::string_view json);

}  // namespace spanhound::api
