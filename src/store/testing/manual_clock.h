// A clock that stands still until it is told to go on. For tests only. Any thread.
#pragma once

#include <atomic>

#include "base/clock.h"

namespace spanhound::store {

class ManualClock : public Clock {
 public:
  int64_t NowUnixNanos() const override { return kStart + passed_nanos_; }
  int64_t MonotonicNanos() const override { return passed_nanos_; }
  void Advance(int64_t nanos) { passed_nanos_ += nanos; }

 private:
  static constexpr int64_t kStart = 1'700'000'000'000'000'000;
  std::atomic<int64_t> passed_nanos_ = 0;
};

}  // namespace spanhound::store
