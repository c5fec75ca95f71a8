#include "store/wal/wal_writer.h"

#include <chrono>
#include <utility>

#include "base/checksum.h"
#include "base/log.h"
#include "store/wal/wal_format.h"

namespace spanhound::store {
namespace {

uint64_t NewSalt(const Clock& clock, uint64_t segment_number) {
  std::string seed;
  const int64_t now[2] = {clock.NowUnixNanos(), clock.MonotonicNanos()};
  seed.append(reinterpret_cast<const char*>(now), sizeof(now));
  seed.append(WalSegmentName(segment_number));
  return Checksum64(seed);
}

}  // namespace

WalWriter::WalWriter(WalOptions options, FileSystem& files, const Clock& clock, Metrics& metrics,
                     Publish publish, Rotated rotated)
    : options_(std::move(options)),
      files_(files),
      clock_(clock),
      publish_(std::move(publish)),
      rotated_(std::move(rotated)),
      groups_(metrics.NewCounter("spanhound_store_wal_groups_total", "Groups written to the log.")),
      bytes_(metrics.NewCounter("spanhound_store_wal_bytes_total", "Bytes written to the log.")),
      syncs_(metrics.NewCounter("spanhound_store_wal_syncs_total", "fdatasync calls on the log.")),
      segment_number_(options_.first_segment),
      previous_bytes_(options_.previous_bytes),
      thread_([this] { Run(); }) {}

WalWriter::~WalWriter() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void WalWriter::Append(Entry entry) {
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(entry));
  }
  wake_.notify_one();
}

Status WalWriter::Rotate() {
  Rotation rotation;
  std::unique_lock lock(mutex_);
  rotation_done_.wait(lock, [this] { return rotation_ == nullptr; });
  rotation_ = &rotation;
  wake_.notify_one();
  rotation_done_.wait(lock, [&rotation] { return rotation.is_done; });
  return rotation.status;
}

void WalWriter::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    WaitForWork(lock);
    Rotation* rotation = rotation_;
    std::vector<Entry> group = TakeGroup();
    if (group.empty() && rotation == nullptr && stopping_) break;
    lock.unlock();
    if (!group.empty()) CommitGroup(std::move(group));
    if (rotation != nullptr) FinishRotation(*rotation);
    lock.lock();
  }
  lock.unlock();
  if (segment_ != nullptr && failed_.ok()) (void)SyncSegment();  // Fail() logged it
}

void WalWriter::WaitForWork(std::unique_lock<std::mutex>& lock) {
  const bool is_dirty = synced_bytes_ < written_bytes_ && segment_ != nullptr;
  if (options_.durability != Durability::kInterval || !is_dirty) {
    wake_.wait(lock, [this] { return HasWork(); });
    return;
  }
  const auto interval = std::chrono::milliseconds(options_.sync_interval_ms);
  if (wake_.wait_for(lock, interval, [this] { return HasWork(); })) return;
  lock.unlock();
  if (failed_.ok()) (void)SyncSegment();
  lock.lock();
}

std::vector<WalWriter::Entry> WalWriter::TakeGroup() {
  uint64_t bytes = 0;
  size_t count = 0;
  while (count < queue_.size() && (count == 0 || bytes < options_.group_bytes_max)) {
    bytes += queue_[count++].record.size();
  }
  if (count == queue_.size()) return std::exchange(queue_, {});
  std::vector<Entry> group(std::make_move_iterator(queue_.begin()),
                           std::make_move_iterator(queue_.begin() + count));
  queue_.erase(queue_.begin(), queue_.begin() + count);
  return group;
}

void WalWriter::CommitGroup(std::vector<Entry> group) {
  const Status status = WriteGroup(group);
  const bool is_rotation_due = status.ok() && publish_(group);
  for (Entry& entry : group) {
    entry.chunk.reset();
    entry.done(status);
  }
  if (is_rotation_due) (void)RotateNow();  // Fail() logged it
}

void WalWriter::FinishRotation(Rotation& rotation) {
  Status status = RotateNow();
  {
    std::lock_guard lock(mutex_);
    rotation.status = std::move(status);
    rotation.is_done = true;
    rotation_ = nullptr;
  }
  rotation_done_.notify_all();
}

Status WalWriter::RotateNow() {
  RETURN_IF_ERROR(failed_);
  RETURN_IF_ERROR(CloseSegment());
  rotated_(segment_number_);
  return Status::Ok();
}

Status WalWriter::WriteGroup(std::span<const Entry> group) {
  if (!failed_.ok()) return failed_;
  if (segment_ != nullptr && written_bytes_ >= options_.segment_bytes_max) {
    RETURN_IF_ERROR(CloseSegment());
  }
  if (segment_ == nullptr) RETURN_IF_ERROR(OpenSegment());

  WalGroupHeader header{0, synced_bytes_, written_bytes_};
  for (const Entry& entry : group) header.records_bytes += entry.record.size();
  buffer_.clear();
  AppendWalGroupHeader(buffer_, header, salt_);
  for (const Entry& entry : group) buffer_.append(entry.record);

  if (Status status = segment_->Append(buffer_); !status.ok()) {
    return AfterFailedWrite(std::move(status));
  }
  written_bytes_ += buffer_.size();
  groups_.Add();
  bytes_.Add(buffer_.size());
  return IsSyncDue() ? SyncSegment() : Status::Ok();
}

bool WalWriter::IsSyncDue() const {
  if (options_.durability != Durability::kInterval) return options_.durability == Durability::kSync;
  const int64_t interval_nanos = int64_t{options_.sync_interval_ms} * 1'000'000;
  return clock_.MonotonicNanos() - synced_at_nanos_ >= interval_nanos;
}

Status WalWriter::Fail(Status status) {
  Log(LogLevel::kError, "the log failed, nothing more is taken: " + status.ToString());
  failed_ = Unavailable("the write-ahead log failed: " + status.message());
  return failed_;
}

Status WalWriter::AfterFailedWrite(Status status) {
  if (status.code() != Code::kResourceExhausted) return Fail(std::move(status));
  // Also syncs, so what was acknowledged before stays true and the segment is ended like any other.
  Status cut = files_.ReplaceTail(segment_path_, written_bytes_, "");
  if (!cut.ok()) return Fail(std::move(cut));
  EndSegment();
  return status;
}

Status WalWriter::OpenSegment() {
  segment_path_ = options_.directory + "/" + WalSegmentName(segment_number_);
  salt_ = NewSalt(clock_, segment_number_);
  std::string header;
  AppendWalSegmentHeader(header, {segment_number_, salt_, previous_bytes_});

  // A full disk here leaves at most a piece of a header, which the next attempt overwrites and
  // recovery ignores. Any other failure may have lost the name or the header: not to be trusted.
  Result<std::unique_ptr<WritableFile>> file = files_.Create(segment_path_);
  Status status = file.ok() ? (*file)->Append(header) : file.status();
  if (status.code() == Code::kResourceExhausted) return status;
  if (status.ok()) status = (*file)->Sync();
  if (status.ok()) status = files_.SyncDirectory(options_.directory);
  if (!status.ok()) return Fail(std::move(status));
  segment_ = std::move(*file);
  written_bytes_ = synced_bytes_ = header.size();
  return Status::Ok();
}

Status WalWriter::CloseSegment() {
  if (segment_ == nullptr) return Status::Ok();
  // Also without --durability sync: that a next segment exists says that this one is whole.
  if (synced_bytes_ < written_bytes_) RETURN_IF_ERROR(SyncSegment());
  EndSegment();
  return Status::Ok();
}

void WalWriter::EndSegment() {
  segment_.reset();
  ++segment_number_;
  previous_bytes_ = written_bytes_;
}

Status WalWriter::SyncSegment() {
  syncs_.Add();
  Status status = segment_->Sync();
  if (!status.ok()) return Fail(std::move(status));
  synced_bytes_ = written_bytes_;
  synced_at_nanos_ = clock_.MonotonicNanos();
  return Status::Ok();
}

}  // namespace spanhound::store
