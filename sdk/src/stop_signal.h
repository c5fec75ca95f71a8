// The moment by which a pipeline must be done. Export threads look at it while they wait, so that a
// hanging collector cannot hold up Guard::Shutdown.
//
// Threads: all methods, any thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace spanhound::sdk {

class StopSignal {
 public:
  using Clock = std::chrono::steady_clock;

  void StopBy(Clock::time_point moment) {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    latest_ = moment;
    changed_.notify_all();
  }

  // After StopBy: a failed export is not tried again, it had its chance.
  bool stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  Clock::time_point Limit(Clock::time_point deadline) const {
    const std::lock_guard lock(mutex_);
    return std::min(deadline, latest_);
  }

  // Sleeps until then; false when StopBy came first.
  bool SleepUntil(Clock::time_point moment) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_until(lock, moment, [&] { return stopping_; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  Clock::time_point latest_ = Clock::time_point::max();
};

}  // namespace spanhound::sdk
