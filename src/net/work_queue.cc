#include "net/work_queue.h"

#include <algorithm>
#include <utility>

namespace spanhound::net {

WorkQueue::WorkQueue(int threads) {
  for (int i = 0; i < std::max(threads, 1); ++i) threads_.emplace_back([this] { Run(); });
}

void WorkQueue::Add(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    if (stops_) return;
    waiting_.push_back({Clock::now(), std::move(task)});
  }
  changed_.notify_one();
}

int64_t WorkQueue::delay_ms() const {
  std::lock_guard lock(mutex_);
  if (waiting_.empty()) return 0;
  const auto waited = Clock::now() - waiting_.front().since;
  return std::chrono::duration_cast<std::chrono::milliseconds>(waited).count();
}

void WorkQueue::Stop() {
  std::deque<Waiting> never_run;
  {
    std::lock_guard lock(mutex_);
    stops_ = true;
    never_run.swap(waiting_);
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void WorkQueue::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stops_ || !waiting_.empty(); });
    if (stops_) return;
    std::function<void()> task = std::move(waiting_.front().task);
    waiting_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // what it holds may take locks of its own when it dies
    lock.lock();
  }
}

}  // namespace spanhound::net
