// Where decoders put what they make, with a budget: constant columns take no bytes in a file, so
// a damaged count could otherwise ask for any amount of memory. One thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/arena.h"

namespace spanhound::store {

class DecodeMemory {
 public:
  DecodeMemory(Arena& arena, uint64_t bytes_max) : arena_(arena), bytes_left_(bytes_max) {}

  Arena& arena() { return arena_; }

  // False past the budget: the caller refuses what it decodes.
  bool Take(uint64_t count, size_t element_bytes) {
    if (count > bytes_left_ / element_bytes) return false;
    bytes_left_ -= count * element_bytes;
    return true;
  }

  template <typename T>
  bool AllocateArray(uint64_t count, std::span<T>* to) {
    if (!Take(count, sizeof(T))) return false;
    *to = arena_.AllocateArray<T>(count);
    return true;
  }

 private:
  Arena& arena_;
  uint64_t bytes_left_;
};

}  // namespace spanhound::store
