// Spans as Jaeger's model.proto (jaeger_trace.h), times in nanoseconds. Pure function.
#pragma once

#include <span>
#include <string>

#include "api/jaeger/jaeger_trace.h"

namespace spanhound::api {

// SpansResponseChunk: `spans` of `trace`, each with its process.
std::string EncodeSpansChunk(JaegerTrace& trace, std::span<const model::Span> spans);

}  // namespace spanhound::api
