// `spanhound load freshness`: how long after its acknowledgement a trace can be read by id, and
// found by search. One small request at a time, then the question again and again until the answer
// holds the trace; the time of that last question counts. Blocks.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"

namespace spanhound::load {

struct FreshnessOptions {
  std::string target = "grpc://127.0.0.1:4317";
  std::vector<std::pair<std::string, std::string>> headers;  // sent with every request to target
  std::string url = "http://127.0.0.1:16686";
  std::string workload = "shop";
  uint64_t seed = 0;  // 0: from the clock, because a trace may be sent only once
  int repetitions = 100;
  uint32_t give_up_ms = 60'000;  // of waiting for one trace
};

struct FreshnessReport {
  struct Delay {
    double p50_ms = 0, p99_ms = 0, max_ms = 0;
    int never_seen = 0;  // within give_up_ms
  };
  int repetitions = 0;
  Delay by_id, by_search;
};

// An error when a request is not acknowledged or the query API does not answer.
Result<FreshnessReport> RunFreshness(const FreshnessOptions& options);

std::string FreshnessText(const FreshnessReport& report);
std::string FreshnessJson(const FreshnessReport& report);

}  // namespace spanhound::load
