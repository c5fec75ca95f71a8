// What clients ask Jaeger's query services over gRPC. jaeger.api_v2 and api_v3 have the same fields
// under the same numbers, so that one decoder reads both. Pure functions; INVALID_ARGUMENT says
// what is malformed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace spanhound::wire {

// Times that are not given are nothing: absent, or the zero time of Go's clients, which is of the
// year 1. Those before 1970 are 1970.
struct JaegerTraceQuery {
  std::string service_name;
  std::string operation_name;
  std::vector<std::pair<std::string, std::string>> tags;  // each key once
  std::optional<uint64_t> start_min_unix_nanos;
  std::optional<uint64_t> start_max_unix_nanos;
  uint64_t duration_min_nanos = 0;  // 0: any
  uint64_t duration_max_nanos = 0;
  int32_t search_depth = 0;
  bool raw_traces = false;
};
// FindTracesRequest. `tags_max`: more are refused.
Result<JaegerTraceQuery> DecodeJaegerTraceQuery(std::string_view bytes, size_t tags_max);

// GetTraceRequest and ArchiveTraceRequest. The times in them are hints where to look for the trace.
struct JaegerTraceRequest {
  std::string trace_id;  // bytes in api_v2, hexadecimal digits in api_v3
  bool raw_traces = false;
};
Result<JaegerTraceRequest> DecodeJaegerTraceRequest(std::string_view bytes);

// GetOperationsRequest.
struct JaegerOperationsRequest {
  std::string service_name;
  std::string span_kind;  // empty: any
};
Result<JaegerOperationsRequest> DecodeJaegerOperationsRequest(std::string_view bytes);

// GetDependenciesRequest.
struct JaegerDependenciesRequest {
  std::optional<uint64_t> start_unix_nanos;
  std::optional<uint64_t> end_unix_nanos;
};
Result<JaegerDependenciesRequest> DecodeJaegerDependenciesRequest(std::string_view bytes);

}  // namespace spanhound::wire
