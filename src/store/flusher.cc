#include "store/flusher.h"

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
    if (is_asked || IsFlushDue(now)) {
      status = FlushAll();
      is_retrying_ = !status.ok();
      flush_due_ = now + (is_retrying_ ? std::chrono::milliseconds(kRetryDelay)
                                       : std::chrono::milliseconds(options_.flush_interval_ms));
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
    return stopping_ || requested_count_ > finished_count_ || IsMergeDue() ||
           IsFlushDue(std::chrono::steady_clock::now());
  });
}

bool Flusher::IsFlushDue(Time now) const {
  if (now >= flush_due_) return true;
  return !is_retrying_ && data_.live_bytes() >= options_.flush_bytes;
}

bool Flusher::IsMergeDue() const { return data_.live_chunk_count() >= merged_at_ + kMergedAtOnce; }

Status Flusher::FlushAll() {
  // Frozen chunks are there already if the last attempt failed; they go first, alone, because the
  // log is needed up to where they end until then.
  Status status = WriteFrozen();
  if (status.ok() && data_.live_chunk_count() > 0) {
    status = wal_.Rotate([this](uint64_t next_segment) {
      data_.Freeze();
      frozen_next_segment_ = next_segment;
    });
    merged_at_ = 0;
    if (status.ok()) status = WriteFrozen();
  }
  if (!status.ok()) {
    failures_.Add();
    Log(LogLevel::kError, "flush failed, will be tried again: " + status.ToString());
  }
  return status;
}

Status Flusher::WriteFrozen() {
  const std::vector<ChunkPtr> chunks = data_.Frozen();
  if (chunks.empty()) return Status::Ok();
  ASSIGN_OR_RETURN(std::vector<StoredBlock> blocks,
                   blocks_.Add(chunks, frozen_next_segment_, options_.row_group_rows));
  data_.ReplaceFrozen(std::move(blocks));
  flushes_.Add();
  // The manifest no longer names them: what cannot be removed now is removed at the next start.
  const Status removed = RemoveWalSegments(files_, options_.wal_directory, frozen_next_segment_);
  if (!removed.ok()) Log(LogLevel::kWarning, removed.ToString());
  options_.flushed();
  return Status::Ok();
}

}  // namespace spanhound::store
