#include "query/exec/deadline_watch.h"

#include <algorithm>

namespace spanhound::query {

DeadlineWatch::DeadlineWatch() : thread_([this] { Run(); }) {}

DeadlineWatch::~DeadlineWatch() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

DeadlineWatch::Ticket DeadlineWatch::Watch(uint32_t run_ms_max, Cancellation& cancellation) {
  const SteadyTime deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(run_ms_max);
  std::lock_guard lock(mutex_);
  auto entry = entries_.insert(entries_.end(), {deadline, &cancellation});
  changed_.notify_one();
  return Ticket(*this, entry);
}

void DeadlineWatch::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    SteadyTime next = SteadyTime::max();
    const SteadyTime now = std::chrono::steady_clock::now();
    for (Entry& entry : entries_) {
      if (entry.expired) continue;
      if (entry.deadline <= now) {
        entry.expired = true;
        entry.cancellation->Cancel();
      } else {
        next = std::min(next, entry.deadline);
      }
    }
    if (next == SteadyTime::max()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, next);
    }
  }
}

DeadlineWatch::Ticket::~Ticket() {
  std::lock_guard lock(watch_.mutex_);
  watch_.entries_.erase(entry_);
}

bool DeadlineWatch::Ticket::expired() const {
  std::lock_guard lock(watch_.mutex_);
  return entry_->expired;
}

}  // namespace spanhound::query
