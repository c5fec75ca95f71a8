// Zipkin's protobuf: zipkin.proto3 ListOfSpans, as POSTed to :9411/api/v2/spans. The batch points
// into the bytes. Pure function; INVALID_ARGUMENT names the place.
#pragma once

#include <string>

#include "base/status.h"
#include "model/span_batch.h"
#include "wire/decoded.h"

namespace spanhound::wire {

Result<Decoded<model::SpanBatch>> DecodeZipkinProto(std::string bytes, const RequestLimits& limits);

}  // namespace spanhound::wire
