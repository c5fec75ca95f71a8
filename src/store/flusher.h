// Flusher: the background thread of the store. Merges small chunks of the head, and moves frozen
// ones to blocks, portion by portion: write and sync the blocks, replace the manifest, swap frozen
// chunks for blocks in one step, remove the log segments nobody needs any more. The log freezes the
// head whenever there is enough for a block; by time, or when asked, the flusher lets it do so. If
// a step fails nothing is lost or seen twice: the chunks stay frozen and visible, and it is tried
// again a little later. Runs at normal priority, unlike the compactor: ingest waits for it once the
// head is full, and far below its priority a flush got too little of a busy machine. Any thread may
// call.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/metrics.h"
#include "store/block_directory.h"
#include "store/visible_data.h"
#include "store/wal/wal_writer.h"

namespace spanhound::store {

struct FlushOptions {
  uint32_t flush_interval_ms;
  size_t row_group_rows;
  std::string wal_directory;
  std::function<void()> flushed;  // called after every flush, on the background thread
};

class Flusher {
 public:
  // All referenced objects outlive the flusher.
  Flusher(FlushOptions options, FileSystem& files, VisibleData& data, BlockDirectory& blocks,
          WalWriter& wal, Metrics& metrics);
  ~Flusher() { Stop(); }

  // Ends the thread after the step it is at; what is not flushed stays in the log.
  void Stop();

  // The head has changed.
  void Notify();
  // Chunks were published: wakes the thread only if there are enough of them to merge.
  void NotePublished();
  // Flushes everything published so far and waits for it.
  Status FlushAndWait();

 private:
  using Time = std::chrono::steady_clock::time_point;

  void Run();
  void WaitForWork(std::unique_lock<std::mutex>& lock);
  bool IsWriteDue() const;
  bool IsMergeDue();
  Status FlushAll();
  Status WriteFrozen();
  Status WriteOldest(const FrozenChunks& frozen);
  void NoteEnd(const Status& status, Time started);

  const FlushOptions options_;
  FileSystem& files_;
  VisibleData& data_;
  BlockDirectory& blocks_;
  WalWriter& wal_;
  Counter& flushes_;
  Counter& failures_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable finished_;
  bool stopping_ = false;         // guarded by mutex_
  uint64_t requested_count_ = 0;  // guarded by mutex_
  uint64_t finished_count_ = 0;   // guarded by mutex_: requests answered
  Status last_status_;            // guarded by mutex_: of the last flush asked for

  // Live chunks when merging was last tried; set by the background thread.
  std::atomic<size_t> merged_at_ = 0;

  // Only on the background thread.
  Time flush_due_;  // by time, if there is anything to flush
  bool is_retrying_ = false;

  std::thread thread_;  // last: runs on the members above
};

}  // namespace spanhound::store
