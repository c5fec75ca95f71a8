// JSON (or, if Setup is told so, text) log lines that carry the ids of the current span:
//
//   SPANHOUND_INFO("method={}, cost time={}ms", method, cost);
//
// gives one line with the fields level, time, linenum, msg, serviceName, host_ip, pod_ip, trace_id,
// span_id, pspan_id, in this order, and the same record as an OTLP log record (unless Setup was
// told otherwise). The ids are those of the calling thread's current span at the time of the call,
// also when lines are written asynchronously. pspan_id is the parent's span id: "0" for a root
// span, "" when it is not known (span not sampled, or already ended); without a span all three ids
// are "".
//
// A spdlog logger of your own keeps its pattern and its sinks and gets the ids with WithTraceIds.
// Loggers other than spdlog: log_adapter.h.
//
// Threads: all functions, any thread. Works before Setup, after Shutdown and without a collector.
// Failure: none that a caller sees; what spdlog cannot write it tells on stderr.
#pragma once

#include <spdlog/spdlog.h>

#include <memory>

namespace spanhound::sdk {

// The logger made by the latest Setup; before that, one that writes to stdout with the service name
// of OTEL_SERVICE_NAME. The reference stays valid until the program ends.
spdlog::logger& Log();

// A logger that hands its messages to `logger`, synchronous or not, with
// " trace_id=... span_id=... pspan_id=..." of the caller's span at their end; without a span, as
// they are. Nothing of it is exported.
std::shared_ptr<spdlog::logger> WithTraceIds(std::shared_ptr<spdlog::logger> logger);

}  // namespace spanhound::sdk

// The format string is checked at compile time (fmt).
#define SPANHOUND_LOG_AT(level, ...) \
  SPDLOG_LOGGER_CALL((&::spanhound::sdk::Log()), level, __VA_ARGS__)
#define SPANHOUND_TRACE(...) SPANHOUND_LOG_AT(spdlog::level::trace, __VA_ARGS__)
#define SPANHOUND_DEBUG(...) SPANHOUND_LOG_AT(spdlog::level::debug, __VA_ARGS__)
#define SPANHOUND_INFO(...) SPANHOUND_LOG_AT(spdlog::level::info, __VA_ARGS__)
#define SPANHOUND_WARN(...) SPANHOUND_LOG_AT(spdlog::level::warn, __VA_ARGS__)
#define SPANHOUND_ERROR(...) SPANHOUND_LOG_AT(spdlog::level::err, __VA_ARGS__)
#define SPANHOUND_CRITICAL(...) SPANHOUND_LOG_AT(spdlog::level::critical, __VA_ARGS__)
