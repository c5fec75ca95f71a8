#include "store/scan/scan_pool.h"

#include <algorithm>

namespace spanhound::store {

ScanPool::ScanPool(size_t thread_count) {
  if (thread_count == 0) thread_count = std::thread::hardware_concurrency();
  thread_count = std::clamp<size_t>(thread_count, 1, kScanThreadsMax);
  for (size_t i = 1; i < thread_count; ++i) threads_.emplace_back([this] { Work(); });
}

ScanPool::~ScanPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ScanPool::ForEach(size_t count, const std::function<void(size_t)>& run) {
  if (count <= kCallsInlineMax || threads_.empty()) {
    for (size_t i = 0; i < count; ++i) run(i);
    return;
  }
  Job job{run, count};
  std::unique_lock lock(mutex_);
  jobs_.push_back(&job);
  const size_t helpers = std::min(count - 1, threads_.size());
  for (size_t i = 0; i < helpers; ++i) work_.notify_one();
  while (job.next < job.count) RunNext(lock, job);
  done_.wait(lock, [&job] { return job.running == 0; });
}

void ScanPool::RunNext(std::unique_lock<std::mutex>& lock, Job& job) {
  const size_t index = job.next++;
  if (job.next == job.count) std::erase(jobs_, &job);
  ++job.running;
  lock.unlock();
  job.run(index);
  lock.lock();
  // Its caller may let go of the job once nothing runs and the lock is free.
  if (--job.running == 0 && job.next == job.count) done_.notify_all();
}

void ScanPool::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    RunNext(lock, *jobs_.front());
  }
}

}  // namespace spanhound::store
