#include "remote_parent.h"

#include <utility>

#include "context_entry.h"
#include "hex_text.h"
#include "passive_span.h"

namespace spanhound::sdk {

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

namespace {

constexpr char kWishKey[] = "spanhound.sampling_wish";

}  // namespace

SamplingWish WishIn(const Context& context) {
  const auto* const value = FindEntry(context, kWishKey);
  const auto* const wish = value == nullptr ? nullptr : absl::get_if<std::int64_t>(value);
  return wish == nullptr ? SamplingWish::kNone : static_cast<SamplingWish>(*wish);
}

Context WithWish(const Context& context, SamplingWish wish) {
  if (WishIn(context) == wish) return context;
  Context extended = context;
  return extended.SetValue(kWishKey, static_cast<std::int64_t>(wish));
}

Context WithRemoteParent(const Context& context, nostd::shared_ptr<trace::Span>&& span,
                         SamplingWish wish) {
  return WishIn(context) == wish ? WithSpan(context, std::move(span))
                                 : WithSpan(WithWish(context, wish), std::move(span));
}

Context WithRemoteParent(const Context& context, const trace::SpanContext& span,
                         SamplingWish wish) {
  return WithRemoteParent(context, MakePassiveSpan(span), wish);
}

trace::SpanContext SpanContextIn(const Context& context) {
  const trace::Span* const span = SpanIn(context);
  return span == nullptr ? trace::SpanContext::GetInvalid() : span->GetContext();
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
