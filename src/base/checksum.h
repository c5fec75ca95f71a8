// 64-bit content hashes (XXH3). Used as checksum of everything on disk and as hash of strings.
// Stable: the value is part of the file formats. Pure function.
#pragma once

#include <cstdint>
#include <string_view>

namespace spanhound {

uint64_t Checksum64(std::string_view bytes);

}  // namespace spanhound
