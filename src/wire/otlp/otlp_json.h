// OTLP in its JSON form (proto3 JSON with hex ids, OTLP specification "JSON Protobuf Encoding").
// Accepted beyond the rule: snake_case keys and enum names, as the Collector does; unknown keys
// are ignored, null means absent. Pure functions; INVALID_ARGUMENT names the place.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "model/log_batch.h"
#include "model/span_batch.h"
#include "wire/decoded.h"

namespace spanhound::wire {

Result<Decoded<model::SpanBatch>> DecodeOtlpTracesJson(std::string json,
                                                       const RequestLimits& limits);
Result<Decoded<model::LogBatch>> DecodeOtlpLogsJson(std::string json, const RequestLimits& limits);

// `rejected_field` is "rejectedSpans" or "rejectedLogRecords". "{}" when nothing was rejected.
std::string EncodeOtlpResponseJson(std::string_view rejected_field, uint64_t rejected_count,
                                   std::string_view message);

}  // namespace spanhound::wire
