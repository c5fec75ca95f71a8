#include "ratio_sampler.h"

#include <opentelemetry/trace/span_context.h>
#include <opentelemetry/trace/trace_id.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "trace_states.h"

namespace spanhound::sdk {

namespace sdk_trace = opentelemetry::sdk::trace;

RatioSampler::RatioSampler(double ratio) {
  const double share = std::clamp(ratio, 0.0, 1.0);
  bound_ = static_cast<std::uint64_t>(std::ldexp(share, 63));
  description_ = "TraceIdRatioBased{" + std::to_string(share) + "}";
}

sdk_trace::SamplingResult RatioSampler::ShouldSample(
    const opentelemetry::trace::SpanContext& parent, opentelemetry::trace::TraceId trace_id,
    opentelemetry::nostd::string_view, opentelemetry::trace::SpanKind,
    const opentelemetry::common::KeyValueIterable&,
    const opentelemetry::trace::SpanContextKeyValueIterable&) noexcept {
  std::uint64_t random = 0;
  std::memcpy(&random, trace_id.Id().data() + 8, sizeof(random));
  random = __builtin_bswap64(random);  // ids are big-endian
  const bool keep = random >> 1 < bound_;
  return {keep ? sdk_trace::Decision::RECORD_AND_SAMPLE : sdk_trace::Decision::DROP, nullptr,
          parent.IsValid() ? parent.trace_state() : EmptyTraceState()};
}

opentelemetry::nostd::string_view RatioSampler::GetDescription() const noexcept {
  return description_;
}

}  // namespace spanhound::sdk
