// The kit's own tracer provider: what stands behind the opentelemetry API instead of the packaged
// SDK. Ids, sampling and parents here; the span itself is RecordingSpan.
//
// Threads: any. Failure: none. Tracers may be used after their provider is gone; their spans then
// go to the same sink, which drops them once it is stopped.
#pragma once

#include <opentelemetry/sdk/trace/sampler.h>
#include <opentelemetry/trace/tracer.h>
#include <opentelemetry/trace/tracer_provider.h>

#include <memory>

#include "recording_span.h"

namespace spanhound::sdk {

struct TracerSettings {
  std::unique_ptr<opentelemetry::sdk::trace::Sampler> sampler;
  SpanLimits limits;
  std::shared_ptr<RecordSink> sink;
};

class StoppableTracerProvider : public opentelemetry::trace::TracerProvider {
 public:
  // Spans started from now on are not recorded.
  virtual void Stop() = 0;
};

std::shared_ptr<StoppableTracerProvider> MakeTracerProvider(TracerSettings settings);

}  // namespace spanhound::sdk
