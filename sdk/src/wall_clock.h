// The time of day of moments that the steady clock has told: one question to a clock less for every
// span, and all spans of a process on one line of time.
//
// How far the two clocks are apart is asked anew every kRefresh. When somebody sets the clock,
// spans that start until then have the time of before; clocks that NTP slews stay together.
//
// Threads: any. Failure: none.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace spanhound::sdk {

class WallClock {
 public:
  using SteadyClock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kRefresh{100};

  // `now_ns`: since 1970.
  explicit WallClock(std::int64_t (*now_ns)()) : now_ns_(now_ns) {}

  // Of a moment that has just been, in nanoseconds since 1970.
  std::int64_t At(SteadyClock::time_point moment) {
    const std::int64_t steady_ns = NanosecondsOf(moment);
    constexpr std::int64_t kRefreshNs = std::chrono::nanoseconds(kRefresh).count();
    if (steady_ns > asked_ns_.load(std::memory_order_acquire) + kRefreshNs) Ask();
    return steady_ns + apart_ns_.load(std::memory_order_relaxed);
  }

 private:
  static std::int64_t NanosecondsOf(SteadyClock::time_point moment) {
    return std::chrono::nanoseconds(moment.time_since_epoch()).count();
  }
  void Ask() {
    const std::int64_t steady_ns = NanosecondsOf(SteadyClock::now());
    apart_ns_.store(now_ns_() - steady_ns, std::memory_order_relaxed);
    asked_ns_.store(steady_ns, std::memory_order_release);
  }

  std::int64_t (*const now_ns_)();
  std::atomic<std::int64_t> asked_ns_{INT64_MIN / 2};  // by the steady clock; at first never
  std::atomic<std::int64_t> apart_ns_{0};
};

}  // namespace spanhound::sdk
