#include "api/native/log_json.h"

#include <span>
#include <string>
#include <string_view>

#include "api/jaeger/id_text.h"
#include "api/jaeger/key_value_json.h"
#include "model/attribute.h"

namespace spanhound::api {
namespace {

void WriteAttributes(JsonWriter& json, std::span<const model::Attribute> attributes) {
  json.Key("attributes");
  json.BeginArray();
  for (const model::Attribute& attribute : attributes) {
    WriteKeyValue(json, attribute.key, attribute.value);
  }
  json.EndArray();
}

void WriteResource(JsonWriter& json, const model::Resource& resource) {
  json.Key("resource");
  json.BeginObject();
  WriteAttributes(json, resource.attributes);
  json.EndObject();
}

void WriteScope(JsonWriter& json, const model::Scope& scope) {
  json.Key("scope");
  json.BeginObject();
  json.Field("name", scope.name);
  json.Field("version", scope.version);
  WriteAttributes(json, scope.attributes);
  json.EndObject();
}

}  // namespace

void WriteLogJson(JsonWriter& json, const model::LogBatch& batch, const model::LogRecord& record) {
  const model::Resource& resource = batch.resource_of(record);
  json.BeginObject();
  json.Field("timeUnixNano", std::to_string(record.effective_time_unix_nanos()));
  json.Field("observedTimeUnixNano", std::to_string(record.observed_time_unix_nanos));
  json.Field("severityText", record.severity_text);
  json.Field("severityNumber", static_cast<int64_t>(record.severity_number));
  json.Field("body", model::ToText(record.body));
  json.Field("eventName", record.event_name);
  json.Field("traceID", record.trace_id.is_zero() ? "" : TraceIdText(record.trace_id));
  json.Field("spanID", record.span_id.is_zero() ? "" : record.span_id.ToHex());
  json.Field("serviceName", resource.service_name());
  WriteAttributes(json, record.attributes);
  WriteResource(json, resource);
  WriteScope(json, batch.scope_of(record));
  json.EndObject();
}

}  // namespace spanhound::api
