#include "api/jaeger/trace_json.h"

#include <string>
#include <vector>

#include "api/jaeger/id_text.h"
#include "api/jaeger/key_value_json.h"

namespace spanhound::api {
namespace {

using model::Span;

int64_t Micros(uint64_t nanos) { return static_cast<int64_t>(nanos / 1000); }

class TraceWriter {
 public:
  TraceWriter(JsonWriter& json, KeyValueWriter& key_values, const query::Trace& trace,
              JaegerTraceOptions options)
      : json_(json),
        key_values_(key_values),
        trace_(trace, options),
        trace_id_(TraceIdText(trace.trace_id)) {
    NumberProcesses();
  }

  void Write() {
    json_.BeginObject();
    json_.Field("traceID", trace_id_);
    json_.Key("spans");
    json_.BeginArray();
    for (const Span& span : trace_.spans()) WriteSpan(span);
    json_.EndArray();
    WriteProcesses();
    json_.Key("warnings");
    json_.Null();
    json_.EndObject();
  }

 private:
  // In the order in which the spans need them.
  void NumberProcesses() {
    process_of_resource_.assign(trace_.batch().resources.size(), 0);
    for (const Span& span : trace_.spans()) {
      size_t& process = process_of_resource_[span.resource_index];
      if (process != 0) continue;
      resources_in_order_.push_back(span.resource_index);
      process = resources_in_order_.size();
      process_ids_.push_back("p" + std::to_string(process));
    }
  }

  const std::string& ProcessId(const Span& span) const {
    return process_ids_[process_of_resource_[span.resource_index] - 1];
  }

  void WriteSpan(const Span& span) {
    json_.BeginObject(span_head_);
    json_.Hex(span.span_id.view());
    if (const uint32_t flags = JaegerTrace::FlagsOf(span); flags != 0) {
      json_.Field("flags", static_cast<int64_t>(flags));
    }
    json_.Field("operationName", span.name);
    WriteReferences(span);
    json_.Field("startTime", Micros(span.start_unix_nanos));
    json_.Field("duration", Micros(span.duration_nanos()));
    WriteTags("tags", trace_.TagsOf(span));
    WriteLogs(span);
    json_.Field("processID", ProcessId(span));
    WriteWarnings(span);
    json_.EndObject();
  }

  void WriteReferences(const Span& span) {
    json_.Key("references");
    json_.BeginArray();
    for (const JaegerReference& reference : trace_.ReferencesOf(span)) WriteReference(reference);
    json_.EndArray();
  }

  void WriteReference(const JaegerReference& reference) {
    if (reference.is_child_of && reference.trace_id == trace_.trace_id()) {
      json_.BeginObject(parent_head_);
    } else {
      json_.BeginObject();
      json_.Field("refType", reference.is_child_of ? "CHILD_OF" : "FOLLOWS_FROM");
      json_.Field("traceID", TraceIdText(reference.trace_id));
      json_.Key("spanID");
    }
    json_.Hex(reference.span_id.view());
    json_.EndObject();
  }

  void WriteTags(std::string_view name, JaegerTrace::Tags tags) {
    json_.Key(name);
    json_.BeginArray();
    for (const model::Attribute& tag : tags) key_values_.Write(tag.key, tag.value);
    json_.EndArray();
  }

  void WriteLogs(const Span& span) {
    json_.Key("logs");
    json_.BeginArray();
    for (const model::SpanEvent& event : span.events) {
      json_.BeginObject();
      json_.Field("timestamp", Micros(event.time_unix_nanos));
      WriteTags("fields", trace_.FieldsOf(event));
      json_.EndObject();
    }
    json_.EndArray();
  }

  void WriteWarnings(const Span& span) {
    json_.Key("warnings");
    const std::string warning = trace_.WarningOf(span);
    if (warning.empty()) return json_.Null();
    json_.BeginArray();
    json_.String(warning);
    json_.EndArray();
  }

  void WriteProcesses() {
    json_.Key("processes");
    json_.BeginObject();
    for (size_t i = 0; i < resources_in_order_.size(); ++i) {
      const model::Resource& resource = trace_.batch().resources[resources_in_order_[i]];
      json_.Key(process_ids_[i]);
      json_.BeginObject();
      json_.Field("serviceName", resource.service_name());
      WriteTags("tags", trace_.ProcessTagsOf(resource));
      json_.EndObject();
    }
    json_.EndObject();
  }

  JsonWriter& json_;
  KeyValueWriter& key_values_;
  JaegerTrace trace_;
  const std::string trace_id_;
  // What all spans and all their parents start with.
  const std::string span_head_ = R"({"traceID":")" + trace_id_ + R"(","spanID":)";
  const std::string parent_head_ =
      R"({"refType":"CHILD_OF","traceID":")" + trace_id_ + R"(","spanID":)";
  std::vector<size_t> process_of_resource_;  // counted from 1; 0: none yet
  std::vector<uint32_t> resources_in_order_;
  std::vector<std::string> process_ids_;  // in the same order
};

}  // namespace

void WriteTracesJson(JsonWriter& json, std::span<const query::Trace> traces,
                     JaegerTraceOptions options) {
  KeyValueWriter key_values(json);
  json.BeginArray();
  for (const query::Trace& trace : traces) TraceWriter(json, key_values, trace, options).Write();
  json.EndArray();
}

}  // namespace spanhound::api
