#include "store/compact/compactor.h"

#include "base/log.h"
#include "base/thread_priority.h"
#include "store/compact/merge_blocks.h"

namespace spanhound::store {
namespace {

// After a failed merge (mostly a full disk): it has written up to a whole block in vain.
constexpr auto kRetryDelay = std::chrono::seconds(30);

class DiscardingFile : public WritableFile {
 public:
  Status Append(std::string_view) override { return Status::Ok(); }
  Status Sync() override { return Status::Ok(); }
};

uint64_t CountRows(std::span<const StoredBlock> blocks) {
  uint64_t rows = 0;
  for (const StoredBlock& block : blocks) rows += block.entry.row_count;
  return rows;
}

}  // namespace

Compactor::Compactor(CompactorOptions options, const Clock& clock, VisibleData& data,
                     BlockDirectory& blocks, Metrics& metrics)
    : options_(std::move(options)),
      clock_(clock),
      data_(data),
      blocks_(blocks),
      merges_(
          metrics.NewCounter("spanhound_store_merges_total", "Times blocks were merged into one.")),
      merged_rows_(metrics.NewCounter("spanhound_store_merged_rows_total",
                                      "Rows rewritten by merging blocks.")),
      duplicate_rows_(metrics.NewCounter("spanhound_store_duplicate_rows_dropped_total",
                                         "Spans dropped because an equal one was kept.")),
      failures_(metrics.NewCounter("spanhound_store_merge_failures_total",
                                   "Times merging blocks failed; it is retried.")),
      unreadable_blocks_(metrics.NewCounter("spanhound_store_unreadable_blocks_total",
                                            "Blocks left out of merging: they cannot be read.")),
      retention_failures_(
          metrics.NewCounter("spanhound_store_retention_failures_total",
                             "Times dropping what is too old or too much failed; retried.")) {
  for (std::string_view reason : kDropReasonNames) {
    dropped_blocks_.push_back(&metrics.NewCounter("spanhound_store_dropped_blocks_total",
                                                  "Blocks dropped by the limits of --retention.",
                                                  {{"reason", std::string(reason)}}));
  }
  thread_ = std::thread([this] { Run(); });
}

void Compactor::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Compactor::Notify() {
  {
    std::lock_guard lock(mutex_);
    is_notified_ = true;
  }
  wake_.notify_one();
}

Status Compactor::CompactAndWait() {
  std::unique_lock lock(mutex_);
  const uint64_t ticket = ++requested_count_;
  wake_.notify_one();
  finished_.wait(lock, [&] { return finished_count_ >= ticket; });
  return last_status_;
}

void Compactor::Run() {
  LowerThreadPriority();
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait_for(lock, std::chrono::milliseconds(options_.check_interval_ms), [this] {
      return stopping_ || is_notified_ || requested_count_ > finished_count_;
    });
    if (stopping_) return;
    is_notified_ = false;
    const uint64_t ticket = requested_count_;
    const bool is_asked = ticket > finished_count_;
    lock.unlock();
    Status status = Work(is_asked || std::chrono::steady_clock::now() >= retry_at_);
    lock.lock();
    if (!is_asked) continue;
    last_status_ = std::move(status);
    finished_count_ = ticket;
    finished_.notify_all();
  }
}

Status Compactor::Work(bool may_merge) {
  while (true) {
    // Before every merge: a long row of them does not hold up retention.
    Status dropped = DropExpired();
    if (!dropped.ok()) {
      retention_failures_.Add();
      Log(LogLevel::kError, "retention failed, will be tried again: " + dropped.ToString());
    }
    if (!may_merge || stopping_) return dropped;
    ASSIGN_OR_RETURN(const bool is_merged, MergeNext());
    if (!is_merged) return dropped;
  }
}

Status Compactor::DropExpired() {
  const std::vector<StoredBlock> blocks = data_.Blocks();
  ASSIGN_OR_RETURN(const std::vector<BlockDrop> drops, ChooseDrops(blocks));
  if (drops.empty()) return Status::Ok();
  std::vector<StoredBlock> dropped;
  uint64_t bytes = 0;
  for (const BlockDrop& drop : drops) {
    dropped.push_back(blocks[drop.position]);
    bytes += dropped.back().entry.file_bytes;
  }
  RETURN_IF_ERROR(blocks_.Drop(dropped));
  data_.ReplaceBlocks(dropped, {});
  blocks_.RemoveFiles(dropped);
  for (const BlockDrop& drop : drops) dropped_blocks_[static_cast<size_t>(drop.reason)]->Add();
  Log(LogLevel::kInfo, "retention: dropped " + std::to_string(dropped.size()) + " blocks, " +
                           std::to_string(CountRows(dropped)) + " rows, " + std::to_string(bytes) +
                           " bytes");
  return Status::Ok();
}

Result<std::vector<BlockDrop>> Compactor::ChooseDrops(std::span<const StoredBlock> blocks) {
  std::vector<BlockEntry> entries;
  for (const StoredBlock& block : blocks) entries.push_back(block.entry);
  DiskUsage usage;
  if (options_.retention.store.bytes || options_.retention.store.disk_percent) {
    ASSIGN_OR_RETURN(usage, blocks_.Usage());
  }
  const auto now = static_cast<uint64_t>(clock_.NowUnixNanos());
  return PlanRetention(entries, options_.retention, usage, now);
}

Result<bool> Compactor::MergeNext() {
  const std::vector<StoredBlock> inputs = ChooseInputs();
  if (inputs.empty()) return false;
  Status status = Merge(inputs);
  if (status.ok()) return true;
  if (stopping_) return false;
  if (status.code() != Code::kResourceExhausted && SetAsideUnreadable(inputs)) return true;
  failures_.Add();
  for (const StoredBlock& input : inputs) failed_.insert(input.entry.id);
  retry_at_ = std::chrono::steady_clock::now() + kRetryDelay;
  Log(LogLevel::kError, "merging blocks failed, will be tried again: " + status.ToString());
  return status;
}

std::vector<StoredBlock> Compactor::ChooseInputs() {
  std::vector<StoredBlock> inputs = PlanInputs();
  if (!inputs.empty() || failed_.empty()) return inputs;
  failed_.clear();
  return PlanInputs();
}

std::vector<StoredBlock> Compactor::PlanInputs() const {
  std::vector<StoredBlock> blocks = data_.Blocks();
  std::erase_if(blocks, [this](const StoredBlock& block) {
    return unreadable_.contains(block.entry.id) || failed_.contains(block.entry.id);
  });
  std::vector<BlockEntry> entries;
  for (const StoredBlock& block : blocks) entries.push_back(block.entry);
  const auto now = static_cast<uint64_t>(clock_.NowUnixNanos());
  std::vector<StoredBlock> inputs;
  for (size_t position : PlanCompaction(entries, options_.limits, now)) {
    inputs.push_back(std::move(blocks[position]));
  }
  return inputs;
}

Status Compactor::Merge(std::span<const StoredBlock> inputs) {
  ASSIGN_OR_RETURN(StoredBlock merged, blocks_.Merge(inputs, options_.row_group_rows, stopping_));
  const uint64_t row_count = merged.entry.row_count;
  data_.ReplaceBlocks(inputs, {std::move(merged)});
  blocks_.RemoveFiles(inputs);
  merges_.Add();
  merged_rows_.Add(row_count);
  duplicate_rows_.Add(CountRows(inputs) - row_count);
  return Status::Ok();
}

bool Compactor::SetAsideUnreadable(std::span<const StoredBlock> inputs) {
  bool found = false;
  for (const StoredBlock& block : inputs) {
    DiscardingFile nowhere;
    const Status status =
        MergeBlocks(nowhere, std::span(&block.reader, 1), options_.row_group_rows, stopping_)
            .status();
    if (status.ok() || stopping_) continue;
    unreadable_.insert(block.entry.id);
    unreadable_blocks_.Add();
    Log(LogLevel::kError, "left out of merging: " + status.ToString());
    found = true;
  }
  return found;
}

}  // namespace spanhound::store
