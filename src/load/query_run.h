// `spanhound load query`: how fast a server answers about what a load run has sent to it, over
// the HTTP query API, one keep-alive connection, one question at a time. Every answer is compared
// with what the spans of the run say it must be, outside of the time that counts. Blocks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.h"

namespace spanhound::load {

struct QueryRunOptions {
  std::string url = "http://127.0.0.1:16686";
  // As given to the load run, which acknowledged everything: what was sent follows from it.
  std::string workload = "shop";
  uint64_t spans = 100'000;
  uint32_t spans_per_request = 512;
  uint64_t seed = 1;
  double time_spread_seconds = 60;
  int repetitions = 30;
  int warm_up = 3;             // not counted
  double series_seconds = 30;  // a kind of question is left off after so long, whatever is missing
  int server_pid = 0;          // 0: no CPU figures
  std::string cold_directory;  // not "": dropped from the page cache before every question
};

struct QueryTiming {
  std::string name;
  std::string path;  // of the API it was asked at
  int count = 0;
  int wrong = 0;        // errors, or another answer than the right one
  std::string skipped;  // why nothing was asked
  double p50_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
  double reply_bytes_mean = 0;
  double server_cpu_ms_mean = -1;  // a question, warm-up included; -1: not measured
  std::string first_error;
};

Result<std::vector<QueryTiming>> RunQueries(const QueryRunOptions& options);

std::string QueryTimingsText(const std::vector<QueryTiming>& timings);
std::string QueryTimingsJson(const std::vector<QueryTiming>& timings);

}  // namespace spanhound::load
