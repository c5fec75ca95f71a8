// Strings: as a dictionary of the distinct ones and a code each, or plainly one after another when
// most are distinct. Codes count back from the newest entry, so that what came a moment ago has a
// small one. Reading copies nothing: the views point into the bytes that were read, which the
// caller keeps. docs/format/block.md has the bytes. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace spanhound::store {

void AppendStrings(std::string& out, std::span<const std::string_view> values);

// False on damaged bytes; `count` bounded by the caller as for ReadIntegers.
bool ReadStrings(ByteReader& in, size_t count, std::vector<std::string_view>* values);

// The same without putting them together: `values` of codes, and a code for each of `count`. Plain
// strings are all values.
bool ReadStringCodes(ByteReader& in, size_t count, std::vector<std::string_view>* values,
                     std::vector<uint64_t>* codes);

}  // namespace spanhound::store
