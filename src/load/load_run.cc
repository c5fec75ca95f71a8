#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "load/acked_log.h"
#include "load/latency_recorder.h"
#include "load/load.h"
#include "load/load_target.h"
#include "load/process_cost.h"
#include "load/request_source.h"

namespace spanhound::load {
namespace {

using std::chrono::duration;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr uint32_t kBackoffFirstMs = 50;
constexpr uint32_t kBackoffMaxMs = 5'000;
// The server counts as idle when it used less than this share of one core in every interval for
// so long: background work may pause.
constexpr milliseconds kSettleInterval{500};
constexpr double kSettleCpuShare = 0.02;
constexpr int kQuietIntervals = 6;

double OwnCpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double SecondsSince(SteadyClock::time_point start) {
  return duration<double>(SteadyClock::now() - start).count();
}

class LoadRun {
 public:
  LoadRun(const LoadOptions& options, const Workload& workload, AckedLog* acked_log)
      : options_(options),
        source_(workload, options.spans, options.spans_per_request),
        acked_log_(acked_log) {}

  // One connection per entry; each gets `threads_per_target` senders.
  void Run(std::vector<std::unique_ptr<LoadTarget>>& targets, int threads_per_target) {
    start_ = SteadyClock::now();
    double cpu_before = OwnCpuSeconds();
    std::vector<std::thread> senders;
    for (auto& target : targets) {
      for (int i = 0; i < threads_per_target; ++i) {
        senders.emplace_back([this, &target] { SendAll(*target); });
      }
    }
    for (std::thread& sender : senders) sender.join();
    report_.wall_seconds = SecondsSince(start_);
    report_.client_cpu_seconds = OwnCpuSeconds() - cpu_before;
    report_.ack_p50_ms = latencies_.PercentileMs(50);
    report_.ack_p95_ms = latencies_.PercentileMs(95);
    report_.ack_p99_ms = latencies_.PercentileMs(99);
    report_.ack_max_ms = latencies_.PercentileMs(100);
  }

  LoadReport TakeReport() { return std::move(report_); }

 private:
  void SendAll(LoadTarget& target) {
    LatencyRecorder latencies;
    while (auto next = source_.Next()) {
      SteadyClock::time_point due = WaitUntilDue(next->number);
      SendResult result = SendWithRetries(target, next->request.body, next->number);
      if (result.status.ok()) latencies.Add((SteadyClock::now() - due).count());
      // Before the next request, so that at a kill the log lacks at most what was under way.
      if (result.status.ok() && acked_log_ != nullptr) acked_log_->Append(next->request.trace_ids);
      Count(next->request, result);
    }
    std::lock_guard lock(mutex_);
    latencies_.Merge(latencies);
  }

  // With a rate, latency counts from when the request should have left, not from when a busy
  // sender got round to it.
  SteadyClock::time_point WaitUntilDue(uint64_t number) const {
    if (options_.spans_per_second <= 0) return SteadyClock::now();
    double seconds =
        static_cast<double>(number) * options_.spans_per_request / options_.spans_per_second;
    auto due =
        start_ + std::chrono::duration_cast<SteadyClock::duration>(duration<double>(seconds));
    std::this_thread::sleep_until(due);
    return due;
  }

  SendResult SendWithRetries(LoadTarget& target, const std::string& body, uint64_t number) {
    SteadyClock::time_point first = SteadyClock::now();
    SeededRandom jitter(options_.seed ^ number);
    for (uint32_t backoff_ms = kBackoffFirstMs;;
         backoff_ms = std::min(2 * backoff_ms, kBackoffMaxMs)) {
      SendResult result = target.Send(body);
      if (result.status.ok() || !result.is_retryable) return result;
      uint32_t wait_ms = result.retry_after_ms;
      if (wait_ms == 0) wait_ms = static_cast<uint32_t>(backoff_ms * (0.5 + jitter.Unit()));
      if (SecondsSince(first) + wait_ms / 1e3 > options_.retry_seconds) return result;
      retries_.fetch_add(1, std::memory_order_relaxed);
      std::this_thread::sleep_for(milliseconds(wait_ms));
    }
  }

  void Count(const LoadRequest& request, const SendResult& result) {
    std::lock_guard lock(mutex_);
    report_.retries = retries_.load(std::memory_order_relaxed);
    if (!result.status.ok()) {
      report_.failed_spans += request.span_count;
      if (report_.first_error.empty()) report_.first_error = result.status.ToString();
      return;
    }
    ++report_.acked_requests;
    report_.acked_spans +=
        request.span_count - std::min<uint64_t>(request.span_count, result.rejected_spans);
    report_.rejected_spans += result.rejected_spans;
    report_.wire_bytes += request.body.size();
  }

  const LoadOptions& options_;
  RequestSource source_;
  AckedLog* const acked_log_;
  SteadyClock::time_point start_;
  std::atomic<uint64_t> retries_{0};
  std::mutex mutex_;
  LoadReport report_;          // guarded by mutex_ while senders run
  LatencyRecorder latencies_;  // guarded by mutex_ while senders run
};

void WaitUntilIdle(int pid, double seconds_max) {
  auto start = SteadyClock::now();
  auto cpu = ProcessCpuSeconds(pid);
  for (int quiet = 0; quiet < kQuietIntervals && SecondsSince(start) < seconds_max;) {
    std::this_thread::sleep_for(kSettleInterval);
    auto now = ProcessCpuSeconds(pid);
    if (!cpu.ok() || !now.ok()) return;
    double share = (*now - *cpu) / duration<double>(kSettleInterval).count();
    quiet = share < kSettleCpuShare ? quiet + 1 : 0;
    cpu = now;
  }
}

// Figures of the server before, at and after the load.
class ServerCost {
 public:
  explicit ServerCost(const LoadOptions& options) : options_(options) {}

  Status Begin() {
    if (options_.server_pid == 0) return Status::Ok();
    ASSIGN_OR_RETURN(cpu_before_, ProcessCpuSeconds(options_.server_pid));
    return Status::Ok();
  }
  void AtLastAck(LoadReport& report) const {
    if (options_.server_pid == 0) return;
    auto cpu = ProcessCpuSeconds(options_.server_pid);
    if (cpu.ok()) report.server_cpu_seconds = *cpu - cpu_before_;
  }
  void Settled(LoadReport& report) const {
    if (options_.server_pid != 0) {
      WaitUntilIdle(options_.server_pid, options_.settle_seconds);
      auto cpu = ProcessCpuSeconds(options_.server_pid);
      if (cpu.ok()) report.server_cpu_settled_seconds = *cpu - cpu_before_;
      auto rss = ProcessRssPeakBytes(options_.server_pid);
      if (rss.ok()) report.server_rss_peak_bytes = *rss;
    }
    if (options_.data_directory.empty()) return;
    auto disk = DirectoryBytes(options_.data_directory);
    if (disk.ok()) report.disk_bytes = *disk;
  }

 private:
  const LoadOptions& options_;
  double cpu_before_ = 0;
};

}  // namespace

Result<LoadReport> RunLoad(const LoadOptions& options) {
  WorkloadOptions workload_options{options.seed,
                                   static_cast<uint64_t>(SystemClock().NowUnixNanos()),
                                   options.time_spread_seconds};
  ASSIGN_OR_RETURN(auto workload, Workload::Create(options.workload, workload_options));
  std::unique_ptr<AckedLog> acked_log;
  if (!options.acked_log_path.empty()) {
    ASSIGN_OR_RETURN(acked_log, AckedLog::Open(options.acked_log_path));
  }
  int connections = std::max(options.connections, 1);
  int threads = std::max(options.requests_in_flight, 1);
  if (!options.target.starts_with("grpc://")) connections *= std::exchange(threads, 1);
  std::vector<std::unique_ptr<LoadTarget>> targets;
  for (int i = 0; i < connections; ++i) {
    ASSIGN_OR_RETURN(targets.emplace_back(),
                     LoadTarget::Create({.url = options.target,
                                         .headers = options.headers,
                                         .timeout_ms = options.timeout_ms,
                                         .authorities = options.authorities}));
  }
  ServerCost cost(options);
  RETURN_IF_ERROR(cost.Begin());
  LoadRun run(options, *workload, acked_log.get());
  run.Run(targets, threads);
  LoadReport report = run.TakeReport();
  report.workload = options.workload;
  report.target = options.target;
  cost.AtLastAck(report);
  cost.Settled(report);
  return report;
}

}  // namespace spanhound::load
