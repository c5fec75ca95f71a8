// ScanPool: the threads that help scans. One pool serves the whole store, so that many queries at
// once do not make many threads. Whoever scans works itself and never waits for a free thread: a
// scan goes on, only slower, when all threads are busy with others. Any thread may call ForEach;
// the pool must outlive the calls.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace spanhound::store {

// So few calls are made on the calling thread alone: waking another one costs as much.
inline constexpr size_t kCallsInlineMax = 2;

// More threads than this would wait for memory rather than compute.
inline constexpr size_t kScanThreadsMax = 64;

class ScanPool {
 public:
  // With the calling thread `thread_count` work on one scan; 0: as many as there are cores.
  explicit ScanPool(size_t thread_count = 0);
  ~ScanPool();

  size_t thread_count() const { return threads_.size() + 1; }

  // Calls run(0) to run(count - 1), each once, on this thread and on free ones of the pool, and
  // returns when all have returned.
  void ForEach(size_t count, const std::function<void(size_t)>& run);

 private:
  struct Job {
    const std::function<void(size_t)>& run;
    const size_t count;
    size_t next = 0;
    size_t running = 0;
  };

  void Work();
  // Takes the next call of the job and makes it, unlocked.
  void RunNext(std::unique_lock<std::mutex>& lock, Job& job);

  std::mutex mutex_;
  std::condition_variable work_;  // there is a job, or stopping_
  std::condition_variable done_;  // some job has no calls left
  std::deque<Job*> jobs_;         // with calls left to take; guarded by mutex_
  bool stopping_ = false;         // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace spanhound::store
