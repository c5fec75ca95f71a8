// What propagators leave in a context, and how the tracer finds it there.
#pragma once

#include <opentelemetry/context/context.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/nostd/string_view.h>
#include <opentelemetry/trace/span.h>
#include <opentelemetry/trace/span_context.h>

#include <cstdint>
#include <string_view>

namespace spanhound::sdk {

using Context = opentelemetry::context::Context;

// What the caller said about sampling beyond the sampled flag of its span. B3 and Jaeger can say it
// with no span at all.
enum class SamplingWish : std::uint8_t {
  kNone,
  kDrop,    // B3 "0": record nothing
  kKeep,    // B3 "1" without ids: record
  kDebug,   // record whatever samplers say, and tell everyone downstream
  kDecide,  // ids without a decision: this service makes it
};

SamplingWish WishIn(const Context& context);

// The context with `span` as remote parent, and with `wish` in place of what it said before.
Context WithRemoteParent(const Context& context,
                         opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span>&& span,
                         SamplingWish wish = SamplingWish::kNone);
Context WithRemoteParent(const Context& context, const opentelemetry::trace::SpanContext& span,
                         SamplingWish wish = SamplingWish::kNone);
Context WithWish(const Context& context, SamplingWish wish);

// The span's context; an invalid one when there is none. Unlike trace::GetSpan it makes no span.
opentelemetry::trace::SpanContext SpanContextIn(const Context& context);

// Ids of at most 16 and 8 bytes in hexadecimal; an invalid context when they are not.
opentelemetry::trace::SpanContext ReadSpanContext(std::string_view trace_id,
                                                  std::string_view span_id, bool sampled);

inline std::string_view ToStd(opentelemetry::nostd::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace spanhound::sdk
