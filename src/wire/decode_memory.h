// DecodeMemory: the arena of a batch under the limits of its request on memory and items.
// Everything a decoder makes room for is asked for here first. One thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/request_limits.h"
#include "base/status.h"

namespace spanhound::wire {

class DecodeMemory {
 public:
  DecodeMemory(Arena& arena, const RequestLimits& limits)
      : arena_(arena),
        items_max_(limits.items_max),
        items_left_(limits.items_max),
        bytes_left_(limits.memory_bytes_max) {}

  // Counts items of the request, also those that will be rejected; false when there are too many.
  bool TakeItems(size_t count) {
    if (count > items_left_) return has_too_many_items_ = true, false;
    items_left_ -= count;
    return true;
  }

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

  // What to answer once one of these has said false.
  Status exceeded() const {
    if (!has_too_many_items_) {
      return ResourceExhausted("the request needs more memory than one request may take");
    }
    return ResourceExhausted("the request has more than " + std::to_string(items_max_) +
                             " items; send smaller ones");
  }

 private:
  Arena& arena_;
  const size_t items_max_;
  size_t items_left_;
  size_t bytes_left_;
  bool has_too_many_items_ = false;
};

}  // namespace spanhound::wire
