// For tests of the doors: a clock that goes on when it is told. Any thread.
#pragma once

#include <atomic>

#include "base/clock.h"

namespace spanhound::ingest {

class HandClock : public Clock {
 public:
  int64_t NowUnixNanos() const override { return now_nanos_; }
  int64_t MonotonicNanos() const override { return now_nanos_; }
  void GoOn(int64_t milliseconds) { now_nanos_ += milliseconds * 1'000'000; }

 private:
  std::atomic<int64_t> now_nanos_ = 1;
};

}  // namespace spanhound::ingest
