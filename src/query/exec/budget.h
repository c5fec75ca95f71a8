// What one running query has used of its limits. One thread; only the flag is shared.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/status.h"

namespace spanhound::query {

class Budget {
 public:
  Budget(uint64_t memory_bytes_max, const std::atomic<bool>& cancelled)
      : memory_bytes_max_(memory_bytes_max), cancelled_(cancelled) {}

  const std::atomic<bool>& cancelled() const { return cancelled_; }
  uint64_t memory_bytes_left() const { return memory_bytes_max_ - memory_bytes_used_; }

  // CANCELLED once somebody asked for that.
  Status Check() const;
  // RESOURCE_EXHAUSTED if `bytes` more are too many; then nothing is taken.
  Status Charge(uint64_t bytes);
  Status Exceeded() const;
  void Refund(uint64_t bytes) { memory_bytes_used_ -= bytes; }

 private:
  const uint64_t memory_bytes_max_;
  uint64_t memory_bytes_used_ = 0;
  const std::atomic<bool>& cancelled_;
};

}  // namespace spanhound::query
