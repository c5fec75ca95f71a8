// OTLP 1.5-1.11 protobuf, both ways. Decoders take over the bytes of the request and the batch
// they return points into them: strings are not copied. Pure functions; INVALID_ARGUMENT says at
// which byte or item a request is malformed.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "model/log_batch.h"
#include "model/span_batch.h"
#include "wire/decoded.h"

namespace spanhound::wire {

// ExportTraceServiceRequest (= TracesData) and ExportLogsServiceRequest (= LogsData).
Result<Decoded<model::SpanBatch>> DecodeOtlpTraces(std::string bytes, const RequestLimits& limits);
Result<Decoded<model::LogBatch>> DecodeOtlpLogs(std::string bytes, const RequestLimits& limits);

std::string EncodeOtlpTraces(const model::SpanBatch& batch);
// Of `batch`, these spans.
std::string EncodeOtlpTraces(const model::SpanBatch& batch, std::span<const model::Span> spans);
std::string EncodeOtlpLogs(const model::LogBatch& batch);

// Export{Trace,Logs}ServiceResponse: empty bytes when nothing was rejected, else partial_success.
std::string EncodeOtlpResponse(uint64_t rejected_count, std::string_view message);
// The reverse, for clients; INVALID_ARGUMENT when malformed.
struct OtlpPartialSuccess {
  int64_t rejected_count = 0;
  std::string message;
};
Result<OtlpPartialSuccess> DecodeOtlpResponse(std::string_view bytes);

}  // namespace spanhound::wire
