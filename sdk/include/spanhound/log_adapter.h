// The kit's log lines and log records for loggers other than spdlog. Call both in your logger where
// the line is logged, not where it is written:
//
//   LogRecord record = {.message = text, .file = __FILE__, .line = __LINE__};
//   record.level = LogLevel::kWarn;
//   my_file << FormatLogLine(record) << '\n';  // JSON or text, as Setup was told
//   ExportLog(record);                         // the same as an OTLP log record, under its span
//
// Levels are those of the log data model: trace 1, debug 5, info 9, warn 13, error 17, critical 21.
//
// A record is a view: its texts must live until both calls returned.
//
// Threads: any. Failure: none; before Setup and after Shutdown nothing is exported.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "spanhound/log_ids.h"

namespace spanhound::sdk {

enum class LogLevel : std::uint8_t {
  kTrace = 1,
  kDebug = 5,
  kInfo = 9,
  kWarn = 13,
  kError = 17,
  kCritical = 21,
};

struct LogRecord {
  LogLevel level = LogLevel::kInfo;
  std::string_view message = {};
  std::string_view file = {};  // "" when not known
  int line = 0;
  std::chrono::system_clock::time_point time = std::chrono::system_clock::now();
};

// With the ids of the current span; without the newline.
std::string FormatLogLine(const LogRecord& record);

void ExportLog(const LogRecord& record);

}  // namespace spanhound::sdk
