// Integers for blocks: offsets from their minimum by planes, as in integers.h, but every plane by
// itself is packed into the bits its bytes need, or compressed if that is shorter. Low bytes are
// mostly random and high ones mostly alike: one code for both would serve neither.
// docs/format/block.md has the bytes. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace spanhound::store {

// Nothing is written for no values.
void AppendPlanes(std::string& out, std::span<const uint64_t> values);

// False on damaged bytes; `count` bounded by the caller as for ReadIntegers.
bool ReadPlanes(ByteReader& in, size_t count, std::vector<uint64_t>* values);

}  // namespace spanhound::store
