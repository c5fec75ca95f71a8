// Random trace and span ids. All sixteen bytes of a trace id are random, as the W3C's random flag
// promises; a child after fork() makes others than its parent.
//
// Threads: any; each has its own generator, seeded from one of the process.
#pragma once

#include <opentelemetry/trace/span_id.h>
#include <opentelemetry/trace/trace_id.h>

namespace spanhound::sdk {

opentelemetry::trace::TraceId RandomTraceId();
opentelemetry::trace::SpanId RandomSpanId();

}  // namespace spanhound::sdk
