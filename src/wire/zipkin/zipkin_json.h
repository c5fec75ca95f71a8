// Zipkin's JSON: a list of spans in the second model, as POSTed to :9411/api/v2/spans, and in the
// first, /api/v1/spans. A span whose id is no id is rejected alone; anything else that is not as
// zipkin2-api.yaml has it fails the whole request. Pure functions; INVALID_ARGUMENT names the
// place.
#pragma once

#include <string>

#include "base/status.h"
#include "model/span_batch.h"
#include "wire/decoded.h"

namespace spanhound::wire {

Result<Decoded<model::SpanBatch>> DecodeZipkinJson(std::string json, const RequestLimits& limits);
Result<Decoded<model::SpanBatch>> DecodeZipkinV1Json(std::string json, const RequestLimits& limits);

}  // namespace spanhound::wire
