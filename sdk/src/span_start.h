// Starting the span of a request: attributes collected first, so that samplers see them all.
#pragma once

#include <opentelemetry/context/context.h>
#include <opentelemetry/trace/context.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/span.h>
#include <opentelemetry/trace/span_startoptions.h>

#include <chrono>
#include <string_view>
#include <utility>

#include "context_entry.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {

using OtelSpan = opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span>;

// `parent` such that a span started in it is a root, whatever is current on this thread.
inline opentelemetry::context::Context AsRoot(opentelemetry::context::Context parent) {
  using opentelemetry::context::Context;
  static const Context& empty = *new Context(opentelemetry::trace::kIsRootSpanKey,
                                             opentelemetry::context::ContextValue(true));
  return parent == Context() ? empty : parent.SetValue(opentelemetry::trace::kIsRootSpanKey, true);
}

// Child of the span in `parent`; a root when there is none, whatever is current on this thread.
// `now`: for callers that have asked the clock before.
inline OtelSpan StartRequestSpan(
    std::string_view scope_name, std::string_view name, opentelemetry::trace::SpanKind kind,
    const Attributes& attributes, opentelemetry::context::Context parent,
    std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now()) {
  namespace trace = opentelemetry::trace;
  // Without the mark of a root the SDK takes the thread's current span for a parent it was not
  // told. Options without a parent would be made with a share in the trace state of all.
  const trace::StartSpanOptions options{
      .start_system_time = {},
      .start_steady_time = opentelemetry::common::SteadyTimestamp(now),
      .parent = HasSpan(parent) ? std::move(parent) : AsRoot(std::move(parent)),
      .kind = kind};
  return trace::Provider::GetTracerProvider()
      ->GetTracer(ToOtel(scope_name))
      ->StartSpan(ToOtel(name), attributes, options);
}

}  // namespace spanhound::sdk
