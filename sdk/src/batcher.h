// Between the application and an exporter: takes finished records without ever waiting, and hands
// them on in batches, from a thread of its own, when there are enough or the delay is over.
//
// The limits hold for everything not yet exported, the batch under way included; what exceeds them
// is dropped and counted. The batch limits hold for every batch, also when flushing.
//
// Threads: Add, Flush, Stop and dropped from any; `export_batch` and `tell_drops` are called from
// the batcher's own, which is started by the first record. Failure: none.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "encoded_record.h"
#include "record_store.h"

namespace spanhound::sdk {

// Records of usual size fill the queue by count long before; this bounds the others.
inline constexpr std::size_t kQueueBytesMax = 64u << 20;
// gRPC servers take messages of 4 MiB by default.
inline constexpr std::size_t kBatchBytesMax = 3u << 20;

class Batcher {
 public:
  struct Settings {
    std::size_t queue_records_max = 2048;
    std::size_t queue_bytes_max = kQueueBytesMax;
    std::size_t batch_records_max = 512;
    std::size_t batch_bytes_max = kBatchBytesMax;
    std::chrono::milliseconds delay{5000};
    std::function<void(std::span<const EncodedRecord>)> export_batch;
    std::function<void(std::uint64_t dropped)> tell_drops;  // since the last call
  };
  explicit Batcher(Settings settings);
  ~Batcher();  // Stop()

  void Add(const EncodedRecord& record);

  // Waits until what was added before is exported or given up; false when time is up first.
  bool Flush(std::chrono::microseconds time);

  // Exports what is queued and ends the thread; later records are dropped. How long it takes is up
  // to `export_batch`.
  void Stop();

  std::uint64_t dropped() const;

 private:
  using Clock = std::chrono::steady_clock;

  void StartThread();
  void Run();
  bool BatchIsFull() const;
  std::vector<EncodedRecord> TakeBatch();
  void TellDrops(std::unique_lock<std::mutex>& lock);

  const Settings settings_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;      // the thread
  std::condition_variable exported_;  // who flushes
  std::deque<EncodedRecord> queue_;
  RecordStore bytes_;           // of what is queued and under way
  std::size_t held_bytes_ = 0;  // queued and under way, as the next
  std::size_t held_records_ = 0;
  std::uint64_t added_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t flush_to_ = 0;  // export without delay until this many are done
  std::uint64_t dropped_ = 0;
  std::uint64_t drops_told_ = 0;
  bool woken_ = false;  // the thread, for a full batch
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace spanhound::sdk
