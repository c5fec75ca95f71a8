#include "store/flusher.h"

#include <algorithm>

#include "base/log.h"
#include "store/head/chunk_merge.h"
#include "store/wal/wal_recovery.h"

namespace spanhound::store {
namespace {

// After a failed flush (mostly a full disk).
constexpr auto kRetryDelay = std::chrono::seconds(1);

}  // namespace

Flusher::Flusher(FlushOptions options, FileSystem& files, VisibleData& data, BlockDirectory& blocks,
                 WalWriter& wal, Metrics& metrics)
    : options_(std::move(options)),
      files_(files),
      data_(data),
      blocks_(blocks),
      wal_(wal),
      flushes_(metrics.NewCounter("spanhound_store_flushes_total",
                                  "Times the head was written to blocks.")),
      failures_(metrics.NewCounter("spanhound_store_flush_failures_total",
                                   "Times writing the head to blocks failed; it is retried.")),
      flush_due_(std::chrono::steady_clock::now() +
                 std::chrono::milliseconds(options_.flush_interval_ms)),
      thread_([this] { Run(); }) {}

void Flusher::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Flusher::Notify() {
  { std::lock_guard lock(mutex_); }  // not between the thread's look at the data and its sleep
  wake_.notify_one();
}

void Flusher::NotePublished() {
  if (data_.live_chunk_count() >= merged_at_ + kMergedAtOnce) Notify();
}

Status Flusher::FlushAndWait() {
  std::unique_lock lock(mutex_);
  const uint64_t ticket = ++requested_count_;
  wake_.notify_one();
  finished_.wait(lock, [&] { return finished_count_ >= ticket; });
  return last_status_;
}

void Flusher::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    WaitForWork(lock);
    if (stopping_) return;
    const uint64_t ticket = requested_count_;
    const bool is_asked = ticket > finished_count_;
    lock.unlock();
    if (IsMergeDue()) {
      data_.MergeSmallChunks();
      merged_at_ = data_.live_chunk_count();
    }
    const auto now = std::chrono::steady_clock::now();
    Status status;
    if (is_asked || now >= flush_due_ || IsWriteDue()) {
      status = is_asked || now >= flush_due_ ? FlushAll() : WriteFrozen();
      NoteEnd(status, now);
    }
    lock.lock();
    if (!is_asked) continue;
    last_status_ = std::move(status);
    finished_count_ = ticket;
    finished_.notify_all();
  }
}

void Flusher::WaitForWork(std::unique_lock<std::mutex>& lock) {
  wake_.wait_until(lock, flush_due_, [this] {
    return stopping_ || requested_count_ > finished_count_ || IsMergeDue() || IsWriteDue() ||
           std::chrono::steady_clock::now() >= flush_due_;
  });
}

bool Flusher::IsWriteDue() const { return !is_retrying_ && data_.HasFrozen(); }

bool Flusher::IsMergeDue() {
  const size_t count = data_.live_chunk_count();
  merged_at_ = std::min(merged_at_.load(), count);  // the head was frozen meanwhile
  return count >= merged_at_ + kMergedAtOnce;
}

Status Flusher::FlushAll() {
  RETURN_IF_ERROR(WriteFrozen());
  if (data_.live_chunk_count() == 0) return Status::Ok();
  RETURN_IF_ERROR(wal_.Rotate());
  return WriteFrozen();
}

Status Flusher::WriteFrozen() {
  while (const std::optional<FrozenChunks> frozen = data_.OldestFrozen()) {
    RETURN_IF_ERROR(WriteOldest(*frozen));
  }
  return Status::Ok();
}

Status Flusher::WriteOldest(const FrozenChunks& frozen) {
  ASSIGN_OR_RETURN(std::vector<StoredBlock> blocks,
                   blocks_.Add(frozen.chunks, frozen.next_segment, options_.row_group_rows));
  data_.ReplaceOldestFrozen(std::move(blocks));
  flushes_.Add();
  // The manifest no longer names them: what cannot be removed now is removed at the next start.
  const Status removed = RemoveWalSegments(files_, options_.wal_directory, frozen.next_segment);
  if (!removed.ok()) Log(LogLevel::kWarning, removed.ToString());
  options_.flushed();
  return Status::Ok();
}

void Flusher::NoteEnd(const Status& status, Time started) {
  is_retrying_ = !status.ok();
  flush_due_ = started + (is_retrying_ ? std::chrono::milliseconds(kRetryDelay)
                                       : std::chrono::milliseconds(options_.flush_interval_ms));
  if (status.ok()) return;
  failures_.Add();
  Log(LogLevel::kError, "flush failed, will be tried again: " + status.ToString());
}

}  // namespace spanhound::store
