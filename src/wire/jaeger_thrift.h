// jaeger.thrift Batch in TBinaryProtocol, as POSTed to :14268/api/traces, translated to the
// OpenTelemetry model by the published Jaeger mapping. Own decoder: element counts are checked
// against the bytes that are left, and nesting is bounded, before anything is allocated.
// Pure functions; INVALID_ARGUMENT names the place.
#pragma once

#include <string>

#include "base/status.h"
#include "model/span_batch.h"
#include "wire/decoded.h"

namespace spanhound::wire {

Result<Decoded<model::SpanBatch>> DecodeJaegerThrift(std::string bytes, const DecodeLimits& limits);

}  // namespace spanhound::wire
