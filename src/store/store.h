// The store's write side and its life. Append -> write-ahead log (group commit) -> head -> block.
// docs/internals/store.md tells the story, docs/format/ the bytes. Any thread may call anything;
// destruction and Close only after every other call has returned.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/file.h"
#include "base/metrics.h"
#include "base/status.h"
#include "model/log_batch.h"
#include "model/span_batch.h"
#include "store/compact/retention_policy.h"
#include "store/scan.h"

namespace spanhound::store {

// What must have happened before an append is acknowledged.
enum class Durability {
  kSync,      // its log record is on disk (fdatasync, shared by all appends that wait)
  kInterval,  // it is with the operating system; synced every sync_interval_ms
  kNone,      // it is with the operating system
};

struct StoreOptions {
  std::string directory;  // made if absent; one process at a time
  Durability durability = Durability::kSync;
  uint32_t sync_interval_ms = 100;
  // The head is flushed to a block past flush_bytes or flush_interval_ms, and refuses new batches
  // past head_bytes_max: flushing then does not keep up, and memory must stay bounded.
  uint64_t flush_bytes = 64u << 20;
  uint64_t head_bytes_max = 192u << 20;  // three portions: one is written, two wait or fill
  // How long an append waits for room in a full head before it is refused.
  uint32_t room_wait_ms_max = 2000;
  // Of head_bytes_max, for one tenant while there are others: a flood of one must not lock out all.
  double tenant_head_share = 0.5;
  // Each tenant has blocks of its own, so their number is that of files at every flush.
  uint32_t tenants_max = 1000;
  uint32_t flush_interval_ms = 3'600'000;
  // Small blocks are merged, at least compact_inputs_min at a time, into one of at most
  // compact_rows_max rows.
  uint64_t compact_rows_max = 2'000'000;
  uint32_t compact_inputs_min = 8;
  // What is kept; everything, by default. Whole blocks are dropped, so rows live up to a tenth of
  // the age longer (at least an hour, at most a day).
  RetentionPolicy retention = {};
  // How often retention and merging are looked at although nothing was flushed.
  uint32_t check_interval_ms = 60'000;
  // That work on one scan, the caller's included; 0: as many as there are cores.
  uint32_t scan_threads = 0;
  // A segment of the log is removed whole: well below what a flush frees at a time.
  uint64_t wal_segment_bytes = 64u << 20;
};

class Store : public ScanSource {
 public:
  // Takes the directory lock, reads the manifest, replays the log. DATA_LOSS names a damaged file;
  // a torn tail of the log, the normal trace of a crash, is cut and reported in the log instead.
  static Result<std::unique_ptr<Store>> Open(StoreOptions options, FileSystem& files,
                                             const Clock& clock, Metrics& metrics);

  using Done = std::function<void(Status)>;
  // May wait for room in the head (room_wait_ms_max).
  // `done` is called exactly once, from a thread of the store or the caller's, after the batch is
  // as durable as asked and visible to Scan; or with RESOURCE_EXHAUSTED (head full, disk full:
  // retry later), FAILED_PRECONDITION (one tenant too many) or UNAVAILABLE (the log failed; the
  // store must be reopened). On an error nothing
  // of the batch is promised.
  virtual void Append(model::SpanBatch batch, Done done) = 0;
  virtual void Append(model::LogBatch batch, Done done) = 0;

  // Writes the head to blocks and waits for it: afterwards the log is empty. Not needed for
  // safety; makes the next start fast.
  virtual Status Flush() = 0;
};

}  // namespace spanhound::store
