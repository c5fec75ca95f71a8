// The clock seam: wall time for data, monotonic time for intervals. One real implementation and
// the simulator's. Implementations may be called from any thread.
#pragma once

#include <cstdint>

namespace spanhound {

class Clock {
 public:
  virtual ~Clock() = default;
  // Nanoseconds since 1970-01-01 UTC.
  virtual int64_t NowUnixNanos() const = 0;
  // Nanoseconds since an unnamed moment; never goes back.
  virtual int64_t MonotonicNanos() const = 0;
};

// The system's; lives for ever.
const Clock& SystemClock();

}  // namespace spanhound
