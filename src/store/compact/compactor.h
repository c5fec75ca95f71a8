// Compactor: the background thread that looks after blocks at rest. First it drops those that the
// retention policy no longer keeps, then it merges small ones. One merge at a time, at low
// priority: the new block is written and synced beside the old ones, the manifest is replaced,
// readers are swapped in one step, and only then the old files are removed. A flush never waits
// for a merge, at most for one replacement of the manifest.
//
// If a step fails (full disk, I/O error) everything is as it was; it is counted and tried again
// after a pause. Blocks that cannot be read are left out, with one line in the log. Any thread may
// call.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/clock.h"
#include "base/metrics.h"
#include "store/block_directory.h"
#include "store/compact/plan_compaction.h"
#include "store/compact/plan_retention.h"
#include "store/visible_data.h"

namespace spanhound::store {

struct CompactorOptions {
  CompactionLimits limits;
  RetentionPolicy retention;
  size_t row_group_rows;
  uint32_t check_interval_ms;
};

class Compactor {
 public:
  // All referenced objects outlive the compactor.
  Compactor(CompactorOptions options, const Clock& clock, VisibleData& data, BlockDirectory& blocks,
            Metrics& metrics);
  ~Compactor() { Stop(); }

  // Ends the thread; a merge that runs is given up.
  void Stop();

  // There are new blocks.
  void Notify();
  // Does all that is due now and waits for it; the first error. Also in the pause after a failed
  // merge.
  Status CompactAndWait();

 private:
  using Time = std::chrono::steady_clock::time_point;

  void Run();
  Status Work(bool may_merge);
  Status DropExpired();
  Result<std::vector<BlockDrop>> ChooseDrops(std::span<const StoredBlock> blocks);
  // False: nothing is due.
  Result<bool> MergeNext();
  std::vector<StoredBlock> ChooseInputs();
  std::vector<StoredBlock> PlanInputs() const;
  Status Merge(std::span<const StoredBlock> inputs);
  // Finds out which ones failed a merge; false: none of them.
  bool SetAsideUnreadable(std::span<const StoredBlock> inputs);

  const CompactorOptions options_;
  const Clock& clock_;
  VisibleData& data_;
  BlockDirectory& blocks_;
  Counter& merges_;
  Counter& merged_rows_;
  Counter& duplicate_rows_;
  Counter& failures_;
  Counter& unreadable_blocks_;
  Counter& retention_failures_;
  std::vector<Counter*> dropped_blocks_;  // by DropReason

  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable finished_;
  bool is_notified_ = false;      // guarded by mutex_
  uint64_t requested_count_ = 0;  // guarded by mutex_
  uint64_t finished_count_ = 0;   // guarded by mutex_: requests answered
  Status last_status_;            // guarded by mutex_: of the last one asked for

  // Only on the background thread.
  Time retry_at_;
  std::set<uint64_t> unreadable_;  // ids of blocks that are never merged again
  std::set<uint64_t> failed_;      // of those whose merge failed: all others go first

  std::thread thread_;  // last: runs on the members above
};

}  // namespace spanhound::store
