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
#include <vector>

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
    const std::vector<Attribute>& attributes, opentelemetry::context::Context parent,
    std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now()) {
  namespace trace = opentelemetry::trace;
  trace::StartSpanOptions options;
  options.kind = kind;
  options.start_steady_time = now;
  // Without the mark of a root the SDK takes the thread's current span for a parent it was not
  // told.
  options.parent = HasSpan(parent) ? std::move(parent) : AsRoot(std::move(parent));
  return trace::Provider::GetTracerProvider()
      ->GetTracer(ToOtel(scope_name))
      ->StartSpan(ToOtel(name), Attributes(attributes), options);
}

}  // namespace spanhound::sdk
