// The two forms of a log record. JSON: one line, ten fields, always in the same order. Text: time,
// level, place, message, and the ids at its end when there is a span.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "spanhound/log_adapter.h"

namespace spanhound::sdk {

// Where the process runs; the same in all of its lines.
struct LogOrigin {
  std::string service_name;
  std::string host_ip;
  std::string pod_ip;
};

struct LogLine {
  std::string_view level = {};
  std::chrono::system_clock::time_point time = {};
  std::string_view file = {};  // with line, becomes linenum "file:line"; "" when not known
  int line = 0;
  std::string_view message = {};
  std::string_view trace_id = {};
  std::string_view span_id = {};
  std::string_view pspan_id = {};
};

enum class LogFormat : std::uint8_t { kJson, kText };

// "info", as in JSON.
std::string_view LevelName(LogLevel level);

// Both without the newline, and one line whatever the message holds.
std::string ToText(const LogLine& line);
std::string ToJson(const LogLine& line, const LogOrigin& origin);

// Local time as in 2023-11-04T22:11:37.355+0800.
std::string FormatLogTime(std::chrono::system_clock::time_point time);

}  // namespace spanhound::sdk
