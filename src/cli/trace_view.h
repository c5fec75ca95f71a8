// What the command line shows of a trace: plain values, read from the HTTP API's JSON. Texts are
// still as the server sent them; whoever prints must pass them through TerminalText.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace spanhound::cli {

struct EventView {
  int64_t unix_micros = 0;
  std::string name;
  std::vector<std::pair<std::string, std::string>> fields;
};

struct SpanView {
  std::string span_id;
  std::string parent_span_id;  // empty: a root
  std::string service_name;
  std::string name;
  int64_t start_unix_micros = 0;
  int64_t duration_micros = 0;
  bool is_error = false;
  std::string status_message;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<EventView> events;
};

struct LogView {
  int64_t unix_micros = 0;
  int severity_number = 0;
  std::string severity_text;
  std::string body;
  std::string span_id;  // empty: of no span
};

struct TraceView {
  std::string trace_id;
  std::vector<SpanView> spans;
  std::vector<LogView> logs;  // oldest first
};

struct TraceListEntry {
  std::string trace_id;
  std::string root_service_name;
  std::string root_name;
  int64_t start_unix_micros = 0;
  int64_t duration_micros = 0;
  uint64_t span_count = 0;
  uint64_t error_count = 0;
};

// Answers of /api/traces/{id}, /api/logs and /api/trace-summaries. INVALID_ARGUMENT for anything
// that is not one.
Result<TraceView> ParseTrace(std::string_view json);
Result<std::vector<LogView>> ParseLogs(std::string_view json);
Result<std::vector<TraceListEntry>> ParseTraceList(std::string_view json);
// errors[0].msg of an answer in the envelope; "" if there is none.
std::string ErrorMessage(std::string_view json);

}  // namespace spanhound::cli
