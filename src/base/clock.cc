#include "base/clock.h"

#include <ctime>

namespace spanhound {
namespace {

int64_t Now(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * int64_t{1'000'000'000} + now.tv_nsec;
}

class PosixClock : public Clock {
 public:
  int64_t NowUnixNanos() const override { return Now(CLOCK_REALTIME); }
  int64_t MonotonicNanos() const override { return Now(CLOCK_MONOTONIC); }
};

}  // namespace

const Clock& SystemClock() {
  static const PosixClock clock;
  return clock;
}

}  // namespace spanhound
