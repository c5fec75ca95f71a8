// jaeger.thrift's Batch, translated to the OpenTelemetry model by the published Jaeger mapping. Own
// decoder: element counts are checked against the bytes that are left, and nesting is bounded,
// before anything is allocated. Pure functions; INVALID_ARGUMENT names the place.
#pragma once

#include <string>

#include "base/status.h"
#include "model/span_batch.h"
#include "wire/decoded.h"
#include "wire/thrift_reader.h"

namespace spanhound::wire {

// A Batch in TBinaryProtocol, as POSTed to :14268/api/traces.
Result<Decoded<model::SpanBatch>> DecodeJaegerThrift(std::string bytes,
                                                     const RequestLimits& limits);

// The Batch alone, in whichever protocol, wherever it is inside a message. `decoded` is empty.
Status ReadJaegerThriftBatch(ThriftReader& reader, const RequestLimits& limits,
                             Decoded<model::SpanBatch>* decoded);

}  // namespace spanhound::wire
