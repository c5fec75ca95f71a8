// WorkQueue: runs tasks in the order they came, on threads of its own, and knows how long a new one
// would wait, so that a server can say "come back later" before it has done anything for a request.
// Any thread may call.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace spanhound::net {

class WorkQueue {
 public:
  explicit WorkQueue(int threads);
  ~WorkQueue() { Stop(); }
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  // After Stop tasks are destroyed without having run.
  void Add(std::function<void()> task);
  // How long the oldest task no thread has taken yet has waited; with many of them what they will
  // take by the experience of the last ones, if that is longer: a flood is known by its length,
  // not only when its first task has waited.
  int64_t delay_ms() const;
  // Waits for the tasks that run; the others are destroyed.
  void Stop();

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    Clock::time_point since;
    std::function<void()> task;
  };

  void Run();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;  // guarded by mutex_
  Clock::duration task_time_{};  // guarded by mutex_; of the last tasks, smoothed
  bool stops_ = false;           // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace spanhound::net
