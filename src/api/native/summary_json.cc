#include "api/native/summary_json.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "api/jaeger/id_text.h"

namespace spanhound::api {
namespace {

void WriteCount(JsonWriter& json, std::string_view key, uint64_t count) {
  json.Key(key);
  json.Uint(count);
}

}  // namespace

void WriteSummaryJson(JsonWriter& json, const query::TraceSummary& summary) {
  json.BeginObject();
  json.Field("traceID", TraceIdText(summary.trace_id));
  json.Field("rootServiceName", summary.root_service_name);
  json.Field("rootOperationName", summary.root_name);
  json.Field("startTimeUnixNano", std::to_string(summary.start_unix_nanos));
  WriteCount(json, "durationNanos", summary.duration_nanos);
  WriteCount(json, "spanCount", summary.span_count);
  WriteCount(json, "errorCount", summary.error_count);
  json.Key("services");
  json.BeginArray();
  for (const query::TraceSummary::Service& service : summary.services) {
    json.BeginObject();
    json.Field("name", service.name);
    WriteCount(json, "spanCount", service.span_count);
    WriteCount(json, "errorCount", service.error_count);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace spanhound::api
