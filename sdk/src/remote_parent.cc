#include "remote_parent.h"

#include <opentelemetry/trace/default_span.h>
#include <opentelemetry/trace/span.h>
#include <opentelemetry/trace/span_metadata.h>

#include <memory>
#include <utility>

#include "hex_text.h"

namespace spanhound::sdk {

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

namespace {

constexpr char kWishKey[] = "spanhound.sampling_wish";

}  // namespace

SamplingWish WishIn(const Context& context) {
  const auto value = context.GetValue(kWishKey);
  const auto* const wish = absl::get_if<std::int64_t>(&value);
  return wish == nullptr ? SamplingWish::kNone : static_cast<SamplingWish>(*wish);
}

Context WithWish(const Context& context, SamplingWish wish) {
  if (WishIn(context) == wish) return context;
  Context extended = context;
  return extended.SetValue(kWishKey, static_cast<std::int64_t>(wish));
}

Context WithRemoteParent(const Context& context, trace::SpanContext span, SamplingWish wish) {
  std::shared_ptr<trace::Span> made = std::make_shared<trace::DefaultSpan>(std::move(span));
  return WithWish(context, wish)
      .SetValue(trace::kSpanKey, nostd::shared_ptr<trace::Span>(std::move(made)));
}

trace::SpanContext SpanContextIn(const Context& context) {
  const auto value = context.GetValue(trace::kSpanKey);
  const auto* const span = absl::get_if<nostd::shared_ptr<trace::Span>>(&value);
  return span == nullptr || *span == nullptr ? trace::SpanContext::GetInvalid()
                                             : (*span)->GetContext();
}

trace::SpanContext ReadSpanContext(std::string_view trace_id, std::string_view span_id,
                                   bool sampled) {
  std::uint8_t trace_bytes[trace::TraceId::kSize];
  std::uint8_t span_bytes[trace::SpanId::kSize];
  if (!ReadHex(trace_id, trace_bytes) || !ReadHex(span_id, span_bytes)) {
    return trace::SpanContext::GetInvalid();
  }
  return {trace::TraceId(trace_bytes), trace::SpanId(span_bytes),
          trace::TraceFlags(sampled ? trace::TraceFlags::kIsSampled : 0), true};
}

}  // namespace spanhound::sdk
