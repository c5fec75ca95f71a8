// The JSON form of a log record: one line, ten fields, always in the same order.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

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

// Without the newline.
std::string ToJson(const LogLine& line, const LogOrigin& origin);

// Local time as in 2023-11-04T22:11:37.355+0800.
std::string FormatLogTime(std::chrono::system_clock::time_point time);

}  // namespace spanhound::sdk
