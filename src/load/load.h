// `spanhound load`: sends a workload to any OTLP endpoint and says what it cost. RunLoad blocks;
// its senders have threads of their own.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"

namespace spanhound::load {

struct LoadOptions {
  // "http://host:port" (OTLP/HTTP, or with a path), "grpc://host:port" (OTLP/gRPC), or a scheme of
  // jaeger_target.h.
  std::string target = "grpc://127.0.0.1:4317";
  std::vector<std::pair<std::string, std::string>> headers;  // sent with every request
  std::string
      authorities;  // PEM file of who may sign the target's certificate, if not the system's
  std::string workload = "shop";
  uint64_t spans = 100'000;
  uint32_t spans_per_request = 512;
  int connections = 4;
  int requests_in_flight = 1;   // a connection; HTTP/1.1 has one, so it opens more connections
  double spans_per_second = 0;  // open loop; 0: as fast as the target acknowledges
  uint64_t seed = 1;
  double time_spread_seconds = 60;
  uint32_t timeout_ms = 30'000;  // of a request
  double retry_seconds = 60;     // how long a request is retried before it counts as failed
  double settle_seconds = 0;     // waits so long, at most, for the server to become idle
  int server_pid = 0;            // 0: no CPU and memory figures
  std::string data_directory;    // "": no disk figures
  std::string acked_log_path;    // "": none; trace ids in hex, a line each, once acknowledged
};

struct LoadReport {
  std::string workload;
  std::string target;
  uint64_t acked_spans = 0;
  uint64_t acked_requests = 0;
  uint64_t rejected_spans = 0;  // by partial success
  uint64_t failed_spans = 0;    // given up, or refused for good
  uint64_t retries = 0;
  uint64_t wire_bytes = 0;  // bodies of acknowledged requests
  std::string first_error;
  double wall_seconds = 0;
  double ack_p50_ms = 0, ack_p95_ms = 0, ack_p99_ms = 0, ack_max_ms = 0;
  double client_cpu_seconds = 0;
  double server_cpu_seconds = -1;          // until the last acknowledgement; -1: not measured
  double server_cpu_settled_seconds = -1;  // with what the server did afterwards
  int64_t server_rss_peak_bytes = -1;
  int64_t disk_bytes = -1;
};

// An error when nothing could be sent at all; requests that failed are in the report.
Result<LoadReport> RunLoad(const LoadOptions& options);

std::string ReportText(const LoadReport& report);
std::string ReportJson(const LoadReport& report);

}  // namespace spanhound::load
