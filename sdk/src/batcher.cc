#include "batcher.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace spanhound::sdk {
namespace {

// What a record takes beside its bytes.
constexpr std::size_t kRecordOverhead = sizeof(EncodedRecord);

std::size_t SizeOf(const EncodedRecord& record) { return record.bytes.size() + kRecordOverhead; }

}  // namespace

Batcher::Batcher(Settings settings) : settings_(std::move(settings)) {}

Batcher::~Batcher() { Stop(); }

void Batcher::Add(const EncodedRecord& record) {
  const std::size_t size = SizeOf(record);
  const std::lock_guard lock(mutex_);
  if (stopping_ || held_records_ >= settings_.queue_records_max ||
      size > settings_.queue_bytes_max - held_bytes_) {
    ++dropped_;
    return;
  }
  held_bytes_ += size;
  ++held_records_;
  ++added_;
  queue_.push_back({record.scope, bytes_.Add(record.bytes)});
  if (!thread_.joinable()) StartThread();
  if (!woken_ && BatchIsFull()) {
    woken_ = true;
    wake_.notify_one();
  }
}

void Batcher::StartThread() {
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    // No thread to be had now: the next record tries again, and until then the queue fills.
  }
}

bool Batcher::BatchIsFull() const {
  return queue_.size() >= settings_.batch_records_max || held_bytes_ >= settings_.batch_bytes_max;
}

bool Batcher::Flush(std::chrono::microseconds time) {
  std::unique_lock lock(mutex_);
  const std::uint64_t target = added_;
  flush_to_ = target;
  wake_.notify_one();
  return exported_.wait_for(lock, time, [&] { return done_ >= target; });
}

void Batcher::Stop() {
  std::thread thread;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    thread = std::move(thread_);
    wake_.notify_one();
  }
  if (thread.joinable()) thread.join();
}

std::uint64_t Batcher::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void Batcher::Run() {
  std::unique_lock lock(mutex_);
  for (auto due = Clock::now() + settings_.delay;;) {
    woken_ = false;
    wake_.wait_until(lock, due, [&] { return stopping_ || done_ < flush_to_ || BatchIsFull(); });
    if (queue_.empty() && stopping_) return;
    if (!queue_.empty()) {
      std::vector<EncodedRecord> batch = TakeBatch();
      lock.unlock();
      settings_.export_batch(batch);
      std::size_t bytes = 0;
      for (const EncodedRecord& record : batch) bytes += SizeOf(record);
      lock.lock();
      held_bytes_ -= bytes;
      held_records_ -= batch.size();
      bytes_.DropOldest(batch.size());
      done_ += batch.size();
      exported_.notify_all();
    }
    TellDrops(lock);
    due = Clock::now() + settings_.delay;
  }
}

std::vector<EncodedRecord> Batcher::TakeBatch() {
  std::vector<EncodedRecord> batch;
  batch.reserve(std::min(queue_.size(), settings_.batch_records_max));
  std::size_t bytes = 0;
  while (!queue_.empty() && batch.size() < settings_.batch_records_max) {
    bytes += SizeOf(queue_.front());
    if (bytes > settings_.batch_bytes_max && !batch.empty()) break;
    batch.push_back(queue_.front());
    queue_.pop_front();
  }
  return batch;
}

void Batcher::TellDrops(std::unique_lock<std::mutex>& lock) {
  const std::uint64_t fresh = dropped_ - std::exchange(drops_told_, dropped_);
  if (fresh == 0) return;
  lock.unlock();
  settings_.tell_drops(fresh);
  lock.lock();
}

}  // namespace spanhound::sdk
