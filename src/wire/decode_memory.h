// DecodeMemory: the arena of a batch under the memory limit of its request. Everything a decoder
// makes room for is asked for here first. One thread.
#pragma once

#include <memory>
#include <span>

#include "base/arena.h"
#include "wire/decoded.h"

namespace spanhound::wire {

class DecodeMemory {
 public:
  DecodeMemory(Arena& arena, const DecodeLimits& limits)
      : arena_(arena), bytes_left_(limits.memory_bytes_max) {}

  // Accounts for memory taken elsewhere; false when the request is over its limit.
  bool Take(size_t bytes) {
    if (bytes > bytes_left_) return false;
    bytes_left_ -= bytes;
    return true;
  }

  // `count` default-made values; false when over the limit.
  template <typename T>
  bool NewArray(size_t count, std::span<T>* values) {
    if (count > bytes_left_ / sizeof(T) || !Take(count * sizeof(T))) return false;
    *values = arena_.AllocateArray<T>(count);
    std::uninitialized_value_construct(values->begin(), values->end());
    return true;
  }

  bool Copy(std::string_view text, std::string_view* copy) {
    if (!Take(text.size())) return false;
    *copy = arena_.Copy(text);
    return true;
  }

 private:
  Arena& arena_;
  size_t bytes_left_;
};

}  // namespace spanhound::wire
