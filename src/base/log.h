// The server's own log: one line an event to stderr. Hostile bytes in `message` are made visible
// (control characters become \xNN), so that telemetry cannot write to a terminal. Any thread.
#pragma once

#include <string_view>

namespace spanhound {

// kSilent is for SetLogLevel only.
enum class LogLevel { kDebug, kInfo, kWarning, kError, kSilent };

// Lines below it are dropped; kInfo at start.
void SetLogLevel(LogLevel level);
void Log(LogLevel level, std::string_view message);

}  // namespace spanhound
