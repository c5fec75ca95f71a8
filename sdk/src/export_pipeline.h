// The way out of one signal: queue and batches (Batcher), encoding by the exporter chosen, retries
// and counting (Delivery), the wire (Transport).
//
// All of it belongs to one process. A child made by fork() finds it gone and makes its own with its
// first record; what the parent had queued is the parent's to send.
//
// Threads: all functions, any thread. Failure: none; what is lost is counted and told.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "config.h"
#include "encoded_record.h"
#include "fork_hooks.h"
#include "resource.h"
#include "stop_signal.h"

namespace spanhound::sdk {

enum class Signal : std::uint8_t { kSpans, kLogRecords };

class ExportPipeline : public RecordSink {
 public:
  ExportPipeline(Signal signal, SignalConfig config, Resource resource);
  ~ExportPipeline() override;

  void Add(const EncodedRecord& record) noexcept override;
  bool Flush(std::uint64_t microseconds) noexcept override;

  // Sends what is queued, once, and gives up at `latest`. Later records are dropped.
  void StopBy(StopSignal::Clock::time_point latest);

  ExportCounts counts() const;
  // What was lost and why, for people; empty when nothing was.
  std::vector<std::string> Losses() const;

 private:
  struct Machinery;  // of this process

  Machinery* MakeMachinery() noexcept;

  const Signal signal_;
  const SignalConfig config_;
  Resource resource_;
  std::mutex making_;
  std::atomic<bool> stopped_{false};
  std::atomic<Machinery*> machinery_{nullptr};  // null until the first record
  ForkRegistration fork_;
};

}  // namespace spanhound::sdk
