// WalWriter: the one thread that writes the log. It takes all records that wait, writes them as one
// group, syncs once, hands the chunks to the reader's side (`publish`) and then answers everybody:
// visible before acknowledged, and one fdatasync shared by all that wait for it.
//
// A failed write or sync is never retried and trusted: the log is failed from then on and every
// append gets UNAVAILABLE. The exception is a full disk: the half-written group is cut off again
// and ingest goes on in a new segment once there is room (RESOURCE_EXHAUSTED until then).
//
// The log rotates when `publish` or a caller of Rotate wants it to: the segment ends, and `rotated`
// gets the number of the next one while no group is on its way. Everything published before is in
// older segments, everything after is not.
//
// Append and Rotate: any thread. The callbacks run on the writer's thread and must not call back.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "base/metrics.h"
#include "store/columns/chunk.h"
#include "store/store.h"

namespace spanhound::store {

struct WalOptions {
  std::string directory;
  uint64_t first_segment = 1;   // number of the first segment to make
  uint64_t previous_bytes = 0;  // size of the segment before it; 0: there is none
  Durability durability = Durability::kSync;
  uint32_t sync_interval_ms = 100;
  uint64_t segment_bytes_max = 64u << 20;  // past it the next group opens a new one
  // Bounds how long the first record of a group waits for the last.
  uint64_t group_bytes_max = 16u << 20;
};

class WalWriter {
 public:
  struct Entry {
    std::string record;
    ChunkPtr chunk;
    Store::Done done;
  };
  // True: the log should rotate behind this group.
  using Publish = std::function<bool(std::span<const Entry>)>;
  using Rotated = std::function<void(uint64_t next_segment)>;

  WalWriter(WalOptions options, FileSystem& files, const Clock& clock, Metrics& metrics,
            Publish publish, Rotated rotated);
  // Finishes what waits.
  ~WalWriter();

  void Append(Entry entry);

  // Rotates behind what is published and waits for it.
  Status Rotate();

 private:
  struct Rotation {
    Status status;
    bool is_done = false;
  };

  void Run();
  bool HasWork() const { return !queue_.empty() || rotation_ != nullptr || stopping_; }
  void WaitForWork(std::unique_lock<std::mutex>& lock);
  std::vector<Entry> TakeGroup();
  void CommitGroup(std::vector<Entry> group);
  void FinishRotation(Rotation& rotation);
  Status RotateNow();

  // Only on the writer's thread.
  Status WriteGroup(std::span<const Entry> group);
  Status Fail(Status status);
  Status AfterFailedWrite(Status status);
  Status OpenSegment();
  Status CloseSegment();
  void EndSegment();
  Status SyncSegment();
  bool IsSyncDue() const;

  const WalOptions options_;
  FileSystem& files_;
  const Clock& clock_;
  const Publish publish_;
  const Rotated rotated_;
  Counter& groups_;
  Counter& bytes_;
  Counter& syncs_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable rotation_done_;
  std::vector<Entry> queue_;      // guarded by mutex_
  Rotation* rotation_ = nullptr;  // guarded by mutex_
  bool stopping_ = false;         // guarded by mutex_

  // Only on the writer's thread.
  Status failed_;
  std::unique_ptr<WritableFile> segment_;  // null: the next group opens one
  std::string segment_path_;
  uint64_t segment_number_;  // of segment_, or of the next one
  uint64_t previous_bytes_;  // size of the segment before that
  uint64_t salt_ = 0;
  uint64_t written_bytes_ = 0;
  uint64_t synced_bytes_ = 0;
  int64_t synced_at_nanos_ = 0;
  std::string buffer_;

  std::thread thread_;  // last: runs on the members above
};

}  // namespace spanhound::store
