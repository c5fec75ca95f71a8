// OTLP's JSON form, for OTEL_EXPORTER_OTLP_PROTOCOL=http/json: made out of the protobuf request,
// field by field, so that both forms say the same.
#pragma once

#include <string>
#include <string_view>

#include "otlp_request.h"

namespace spanhound::sdk {

// Of an Export{Trace,Logs}ServiceRequest as EncodeOtlpRequest makes it.
std::string SpansToJson(std::string_view request);
std::string LogRecordsToJson(std::string_view request);

// As ParseOtlpReply.
PartialSuccess ParseJsonReply(std::string_view reply);

}  // namespace spanhound::sdk
