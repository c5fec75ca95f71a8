// Samples a fixed share of traces by their id, deciding like the Go SDK does: on the last eight
// bytes. The packaged sampler looks at the first eight, so that services in C++ and Go would keep
// different traces, and it keeps every trace whose id has only 64 bits. All or none: as the
// packaged AlwaysOnSampler and AlwaysOffSampler, without a share in the one trace state of all
// roots.
#pragma once

#include <opentelemetry/sdk/trace/sampler.h>

#include <cstdint>
#include <string>

namespace spanhound::sdk {

class RatioSampler : public opentelemetry::sdk::trace::Sampler {
 public:
  explicit RatioSampler(double ratio);  // below 0 counts as 0, above 1 as 1

  opentelemetry::sdk::trace::SamplingResult ShouldSample(
      const opentelemetry::trace::SpanContext& parent, opentelemetry::trace::TraceId trace_id,
      opentelemetry::nostd::string_view name, opentelemetry::trace::SpanKind kind,
      const opentelemetry::common::KeyValueIterable& attributes,
      const opentelemetry::trace::SpanContextKeyValueIterable& links) noexcept override;

  opentelemetry::nostd::string_view GetDescription() const noexcept override;

 private:
  std::uint64_t bound_;  // of 2^63
  std::string description_;
};

}  // namespace spanhound::sdk
