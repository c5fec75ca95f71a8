// W3C Trace Context, Level 2: headers traceparent and tracestate.
//
// The packaged propagator loses the random flag and judges tracestate by the grammar of Level 1,
// with slow regular expressions. A bad tracestate is left out as a whole and costs the trace
// nothing; a bad traceparent counts as none, and so does its tracestate.
//
// Threads: any. Failure: none.
#pragma once

#include <opentelemetry/context/propagation/text_map_propagator.h>
#include <opentelemetry/trace/trace_state.h>

#include <memory>
#include <string_view>

namespace spanhound::sdk {

std::unique_ptr<opentelemetry::context::propagation::TextMapPropagator>
MakeTraceContextPropagator();

// Null when there is nothing in it, or something wrong.
opentelemetry::nostd::shared_ptr<opentelemetry::trace::TraceState> ParseTraceState(
    std::string_view header);

}  // namespace spanhound::sdk
