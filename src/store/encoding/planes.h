// Integers for blocks: offsets from their minimum by planes, as in integers.h, but every plane by
// itself is packed into the bits its bytes need, or compressed if that is shorter. Low bytes are
// mostly random and high ones mostly alike: one code for both would serve neither.
// docs/format/block.md has the bytes. Pure functions.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "store/encoding/bits.h"

namespace spanhound::store {

// Nothing is written for no values.
void AppendPlanes(std::string& out, std::span<const uint64_t> values);

// False on damaged bytes; `count` bounded by the caller as for ReadIntegers.
bool ReadPlanes(ByteReader& in, size_t count, std::vector<uint64_t>* values);

// Of `count` values those at `indexes`, which are below it.
bool ReadPlanesAt(ByteReader& in, size_t count, std::span<const uint32_t> indexes,
                  std::vector<uint64_t>* values);

// Values to be asked for one by one: what is packed stays so. Points into what `in` reads.
class OpenPlanes {
 public:
  // False on damaged bytes.
  bool Open(ByteReader& in, size_t count);
  // `index` below the count.
  uint64_t At(size_t index) const {
    uint64_t value = 0;
    for (size_t i = 0; i < planes_.size(); ++i) {
      value |= uint64_t{PackedAt(planes_[i].bytes, index, planes_[i].width)} << 8 * i;
    }
    return base_ + value * unit_;
  }
  uint64_t allocated_bytes() const {
    uint64_t bytes = planes_.capacity() * sizeof(Plane);
    for (const Plane& plane : planes_) bytes += plane.storage == nullptr ? 0 : plane.bytes.size();
    return bytes;
  }

 private:
  struct Plane {
    std::string_view bytes;
    int width = 0;                    // bits of each; eight: whole bytes
    std::unique_ptr<char[]> storage;  // of decompressed bytes
  };
  std::vector<Plane> planes_;
  uint64_t base_ = 0;
  uint64_t unit_ = 1;
};

}  // namespace spanhound::store
