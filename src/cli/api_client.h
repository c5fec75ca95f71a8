// The command line's view of a running server: questions to its HTTP API, answers as views.
// Errors carry a message for the user: UNAVAILABLE if the server cannot be reached, NOT_FOUND for
// an unknown trace, INVALID_ARGUMENT for what can be no tenant, otherwise what the server said.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "cli/trace_view.h"

namespace spanhound::cli {

struct TraceQuestion {
  std::string service;
  std::string operation;
  std::vector<std::string> tags;  // "key=value"
  std::string min_duration;
  std::string max_duration;
  int64_t start_unix_micros = 0;
  int64_t end_unix_micros = 0;
  uint32_t limit = 20;
};

// Which server is asked, and in whose name.
struct ApiAddress {
  std::string url;
  std::string tenant = {};  // empty: not said, which means the default one
  std::vector<std::pair<std::string, std::string>> headers = {};  // sent with every question
  std::string authorities = {};  // PEM file of who may sign the server's certificate
};

// With its log records.
Result<TraceView> FetchTrace(const ApiAddress& address, std::string_view trace_id);

Result<std::vector<TraceListEntry>> FetchTraceList(const ApiAddress& address,
                                                   const TraceQuestion& question);

// The request for a question; INVALID_ARGUMENT for a tag without '='.
Result<std::string> TraceListTarget(const TraceQuestion& question);

}  // namespace spanhound::cli
