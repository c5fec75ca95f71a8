#include "api/native/log_json.h"

#include <span>
#include <string>
#include <string_view>

#include "api/jaeger/id_text.h"
#include "api/jaeger/key_value_json.h"
#include "model/attribute.h"

namespace spanhound::api {
namespace {

class LogWriter {
 public:
  LogWriter(JsonWriter& json, const model::LogBatch& batch)
      : json_(json), key_values_(json), batch_(batch) {}

  void Write(const model::LogRecord& record) {
    const model::Resource& resource = batch_.resource_of(record);
    json_.BeginObject();
    json_.Field("timeUnixNano", std::to_string(record.effective_time_unix_nanos()));
    json_.Field("observedTimeUnixNano", std::to_string(record.observed_time_unix_nanos));
    json_.Field("severityText", record.severity_text);
    json_.Field("severityNumber", static_cast<int64_t>(record.severity_number));
    json_.Field("body", model::ToText(record.body));
    json_.Field("eventName", record.event_name);
    json_.Field("traceID", record.trace_id.is_zero() ? "" : TraceIdText(record.trace_id));
    json_.Field("spanID", record.span_id.is_zero() ? "" : record.span_id.ToHex());
    json_.Field("serviceName", resource.service_name());
    WriteAttributes(record.attributes);
    WriteResource(resource);
    WriteScope(batch_.scope_of(record));
    json_.EndObject();
  }

 private:
  void WriteAttributes(std::span<const model::Attribute> attributes) {
    json_.Key("attributes");
    json_.BeginArray();
    for (const model::Attribute& attribute : attributes) {
      key_values_.Write(attribute.key, attribute.value);
    }
    json_.EndArray();
  }

  void WriteResource(const model::Resource& resource) {
    json_.Key("resource");
    json_.BeginObject();
    WriteAttributes(resource.attributes);
    json_.EndObject();
  }

  void WriteScope(const model::Scope& scope) {
    json_.Key("scope");
    json_.BeginObject();
    json_.Field("name", scope.name);
    json_.Field("version", scope.version);
    WriteAttributes(scope.attributes);
    json_.EndObject();
  }

  JsonWriter& json_;
  KeyValueWriter key_values_;
  const model::LogBatch& batch_;
};

}  // namespace

void WriteLogsJson(JsonWriter& json, const model::LogBatch& batch) {
  LogWriter writer(json, batch);
  json.BeginArray();
  for (const model::LogRecord& record : batch.records) writer.Write(record);
  json.EndArray();
}

}  // namespace spanhound::api
