// The trace state of spans that have none. Every span holds one, and copies it with its context.
#pragma once

#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/trace_state.h>

#include <memory>

namespace spanhound::sdk {

// The one others have, TraceState::GetDefault(), kept for ever and so without a share in its count:
// all threads would change that count several times for every span.
inline opentelemetry::nostd::shared_ptr<opentelemetry::trace::TraceState> EmptyTraceState() {
  using opentelemetry::trace::TraceState;
  using Shared = opentelemetry::nostd::shared_ptr<TraceState>;
  static const Shared* const kept = new Shared(TraceState::GetDefault());
  return Shared(std::shared_ptr<TraceState>(std::shared_ptr<void>(), kept->get()));
}

}  // namespace spanhound::sdk
