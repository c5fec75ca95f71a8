// The ids a log record carries: those of the calling thread's current span.
#pragma once

#include <opentelemetry/trace/span_id.h>
#include <opentelemetry/trace/trace_flags.h>
#include <opentelemetry/trace/trace_id.h>

#include <string>

namespace spanhound::sdk {

struct LogIds {
  opentelemetry::trace::TraceId trace_id;
  opentelemetry::trace::SpanId span_id;
  opentelemetry::trace::TraceFlags flags;

  // Lower-case hex. Without a span all are "". pspan_id: "0" for a root span, "" when not known.
  std::string trace_id_hex, span_id_hex, pspan_id_hex;
};

LogIds CurrentLogIds();

}  // namespace spanhound::sdk
