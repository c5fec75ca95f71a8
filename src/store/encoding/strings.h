// Strings: as a dictionary of the distinct ones and a code each, or plainly one after another when
// most are distinct. Reading copies nothing: the views point into the bytes that were read, which
// the caller keeps. docs/format/block.md has the bytes. Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace spanhound::store {

void AppendStrings(std::string& out, std::span<const std::string_view> values);

// False on damaged bytes; `count` bounded by the caller as for ReadIntegers.
bool ReadStrings(ByteReader& in, size_t count, std::vector<std::string_view>* values);

}  // namespace spanhound::store
