#include "net/work_queue.h"

#include <algorithm>
#include <utility>

namespace spanhound::net {

namespace {

constexpr size_t kManyTasks = 64;  // fewer are no flood, however long the last ones took
constexpr int kSmoothing = 16;     // so many tasks change most of the average

}  // namespace

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
  Clock::duration delay = Clock::now() - waiting_.front().since;
  if (waiting_.size() >= kManyTasks) {
    const auto tasks_per_thread = waiting_.size() / std::max<size_t>(threads_.size(), 1);
    delay = std::max(delay, task_time_ * static_cast<int64_t>(tasks_per_thread));
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(delay).count();
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
    const Clock::time_point begin = Clock::now();
    task();
    const Clock::duration took = Clock::now() - begin;
    task = nullptr;  // what it holds may take locks of its own when it dies
    lock.lock();
    task_time_ += (took - task_time_) / kSmoothing;
  }
}

}  // namespace spanhound::net
