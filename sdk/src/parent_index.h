// Knows the parent of every span that is being recorded: the API tells a span's own id only, and
// log lines carry both.
//
// Registered with the tracer provider as a processor, it sees a span's identity when the span
// starts and forgets it when the span ends. Bounded: spans past the limit are simply not known.
//
// Threads: all functions, any thread.
#pragma once

#include <opentelemetry/sdk/trace/processor.h>
#include <opentelemetry/trace/span_id.h>

#include <cstddef>
#include <memory>
#include <optional>

namespace spanhound::sdk {

inline constexpr std::size_t kLiveSpansMax =
    65536;  // about 6 MB; far above what a process has open

// The parent's id (all zeros for a root span); nullopt when the span is not live, not recorded, or
// past the limit.
std::optional<opentelemetry::trace::SpanId> FindParent(const opentelemetry::trace::SpanId& span);

std::size_t CountLiveSpans();

std::unique_ptr<opentelemetry::sdk::trace::SpanProcessor> MakeParentIndexProcessor();

}  // namespace spanhound::sdk
