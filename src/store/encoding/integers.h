// Unsigned integers as offsets from their minimum, or as differences from their predecessors when
// those are narrower, in as many whole bytes as the widest needs. Stored by planes: all lowest
// bytes, then all second bytes, so that the compression that follows sees like beside like (whole
// bytes compress better than packed bits and decode without shifting). docs/format/block.md has
// the bytes. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace spanhound::store {

// Nothing is written for no values: the reader knows the count from elsewhere.
void AppendIntegers(std::string& out, std::span<const uint64_t> values);

// False on damaged bytes. `count` must have been bounded by the caller: constant values take no
// room at all, so the bytes cannot vouch for it.
bool ReadIntegers(ByteReader& in, size_t count, std::vector<uint64_t>* values);

}  // namespace spanhound::store
