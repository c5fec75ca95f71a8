// jaeger.api_v2's PostSpansRequest, what agents and SDKs send to Jaeger's collector by gRPC,
// translated to the OpenTelemetry model by the published Jaeger mapping. Warnings of spans, which
// Jaeger's query makes and no client sends, are not kept. Pure functions; INVALID_ARGUMENT names
// the byte.
#pragma once

#include <string>

#include "base/status.h"
#include "model/span_batch.h"
#include "wire/decoded.h"

namespace spanhound::wire {

Result<Decoded<model::SpanBatch>> DecodeJaegerProto(std::string bytes, const RequestLimits& limits);

}  // namespace spanhound::wire
