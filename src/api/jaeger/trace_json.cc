#include "api/jaeger/trace_json.h"

#include <algorithm>
#include <string>
#include <vector>

#include "api/jaeger/id_text.h"
#include "api/jaeger/key_value_json.h"
#include "api/jaeger/shared_span_ids.h"
#include "base/hash_map.h"
#include "model/semantic_names.h"

namespace spanhound::api {
namespace {

using model::Attribute;
using model::AttributeValue;
using model::Span;
using model::ValueType;

constexpr std::string_view kRefTypeKey = "opentracing.ref_type";

int64_t Micros(uint64_t nanos) { return static_cast<int64_t>(nanos / 1000); }

// Old Jaeger clients send IPv4 addresses as numbers; people read them as text.
bool IsNumericAddress(const Attribute& tag) {
  return (tag.key == "ip" || tag.key == "peer.ipv4") && tag.value.type == ValueType::kInt;
}

std::string DottedAddress(int64_t address) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    if (!text.empty()) text.push_back('.');
    text += std::to_string(address >> shift & 0xff);
  }
  return text;
}

class TraceWriter {
 public:
  TraceWriter(JsonWriter& json, const query::Trace& trace, TraceJsonOptions options)
      : json_(json),
        batch_(trace.batch),
        options_(options),
        trace_id_(TraceIdText(trace.trace_id)),
        spans_(trace.batch.spans) {
    if (!options.raw) SeparateSharedSpanIds(spans_);
    span_ids_.reserve(spans_.size());
    for (const Span& span : spans_) span_ids_.insert(span.span_id);
    NumberProcesses();
  }

  void Write() {
    json_.BeginObject();
    json_.Field("traceID", trace_id_);
    json_.Key("spans");
    json_.BeginArray();
    for (const Span& span : spans_) WriteSpan(span);
    json_.EndArray();
    WriteProcesses();
    json_.Key("warnings");
    json_.Null();
    json_.EndObject();
  }

 private:
  // In the order in which the spans need them.
  void NumberProcesses() {
    process_of_resource_.assign(batch_.resources.size(), 0);
    for (const Span& span : spans_) {
      size_t& process = process_of_resource_[span.resource_index];
      if (process != 0) continue;
      resources_in_order_.push_back(span.resource_index);
      process = resources_in_order_.size();
    }
  }

  static std::string ProcessId(size_t process) { return "p" + std::to_string(process); }

  void WriteSpan(const Span& span) {
    json_.BeginObject();
    json_.Field("traceID", trace_id_);
    json_.Key("spanID");
    json_.Hex(span.span_id.view());
    // The upper bits are OpenTelemetry's own; W3C's are eight.
    if (const uint32_t flags = span.flags & 0xff; flags != 0) {
      json_.Field("flags", static_cast<int64_t>(flags));
    }
    json_.Field("operationName", span.name);
    WriteReferences(span);
    json_.Field("startTime", Micros(span.start_unix_nanos));
    json_.Field("duration", Micros(span.duration_nanos()));
    WriteTags(span);
    WriteLogs(span);
    json_.Field("processID", ProcessId(process_of_resource_[span.resource_index]));
    WriteWarnings(span);
    json_.EndObject();
  }

  void WriteReference(std::string_view type, std::string_view trace_id,
                      const model::SpanId& span_id) {
    json_.BeginObject();
    json_.Field("refType", type);
    json_.Field("traceID", trace_id);
    json_.Key("spanID");
    json_.Hex(span_id.view());
    json_.EndObject();
  }

  void WriteReferences(const Span& span) {
    json_.Key("references");
    json_.BeginArray();
    if (!span.parent_span_id.is_zero()) {
      WriteReference("CHILD_OF", trace_id_, span.parent_span_id);
    }
    for (const model::SpanLink& link : span.links) {
      if (link.trace_id.is_zero()) continue;
      const AttributeValue* type = model::FindAttribute(link.attributes, kRefTypeKey);
      const bool is_child =
          type != nullptr && type->type == ValueType::kString && type->text() == "child_of";
      WriteReference(is_child ? "CHILD_OF" : "FOLLOWS_FROM", TraceIdText(link.trace_id),
                     link.span_id);
    }
    json_.EndArray();
  }

  void WriteAttribute(const Attribute& attribute) {
    if (!options_.raw && IsNumericAddress(attribute)) {
      return WriteKeyValue(json_, attribute.key, DottedAddress(attribute.value.integer));
    }
    WriteKeyValue(json_, attribute.key, attribute.value);
  }

  // Scope first, then the attributes, then what Jaeger has no field for.
  void WriteTags(const Span& span) {
    json_.Key("tags");
    json_.BeginArray();
    const model::Scope& scope = batch_.scope_of(span);
    if (!scope.name.empty()) WriteKeyValue(json_, model::kScopeNameTag, scope.name);
    if (!scope.version.empty()) WriteKeyValue(json_, model::kScopeVersionTag, scope.version);
    for (const Attribute& attribute : scope.attributes) WriteAttribute(attribute);
    for (const Attribute& attribute : span.attributes) WriteAttribute(attribute);
    WriteFieldTag(span, model::kSpanKindTag, model::SpanKindName(span.kind));
    WriteStatusTags(span);
    WriteFieldTag(span, model::kTraceStateTag, span.trace_state);
    WriteDroppedCount("otel.dropped_attributes_count", span.dropped_attributes_count);
    WriteDroppedCount("otel.dropped_events_count", span.dropped_events_count);
    WriteDroppedCount("otel.dropped_links_count", span.dropped_links_count);
    json_.EndArray();
  }

  // Spans that came from Jaeger clients may still carry the tag itself.
  void WriteFieldTag(const Span& span, std::string_view key, std::string_view text) {
    const AttributeValue* own = model::FindAttribute(span.attributes, key);
    const bool is_there = own != nullptr && own->type == ValueType::kString && own->text() == text;
    if (!text.empty() && !is_there) WriteKeyValue(json_, key, text);
  }

  void WriteStatusTags(const Span& span) {
    if (span.status_code == model::StatusCode::kOk) {
      WriteFieldTag(span, model::kStatusCodeTag, "OK");
    } else if (span.status_code == model::StatusCode::kError) {
      WriteFieldTag(span, model::kStatusCodeTag, "ERROR");
      const AttributeValue* own = model::FindAttribute(span.attributes, model::kErrorTag);
      const bool is_there = own != nullptr && own->type == ValueType::kBool && own->boolean;
      if (!is_there) WriteKeyValue(json_, model::kErrorTag, true);
    }
    WriteFieldTag(span, model::kStatusDescriptionTag, span.status_message);
  }

  void WriteDroppedCount(std::string_view key, uint32_t count) {
    if (count != 0) WriteKeyValue(json_, key, static_cast<int64_t>(count));
  }

  void WriteLogs(const Span& span) {
    json_.Key("logs");
    json_.BeginArray();
    for (const model::SpanEvent& event : span.events) {
      json_.BeginObject();
      json_.Field("timestamp", Micros(event.time_unix_nanos));
      json_.Key("fields");
      json_.BeginArray();
      WriteLogFields(event);
      json_.EndArray();
      json_.EndObject();
    }
    json_.EndArray();
  }

  void WriteLogFields(const model::SpanEvent& event) {
    std::vector<Attribute> fields;
    if (!event.name.empty() &&
        model::FindAttribute(event.attributes, model::kEventField) == nullptr) {
      fields.push_back({model::kEventField, AttributeValue::String(event.name)});
    }
    fields.insert(fields.end(), event.attributes.begin(), event.attributes.end());
    if (!options_.raw) {
      std::ranges::stable_sort(fields, {}, [](const Attribute& field) {
        return std::pair(field.key != model::kEventField, field.key);
      });
    }
    for (const Attribute& field : fields) WriteAttribute(field);
  }

  void WriteWarnings(const Span& span) {
    json_.Key("warnings");
    const bool misses_parent =
        !span.parent_span_id.is_zero() && !span_ids_.contains(span.parent_span_id);
    if (options_.raw || !misses_parent) return json_.Null();
    json_.BeginArray();
    json_.String("parent span " + span.parent_span_id.ToHex() + " is not stored");
    json_.EndArray();
  }

  void WriteProcesses() {
    json_.Key("processes");
    json_.BeginObject();
    for (size_t i = 0; i < resources_in_order_.size(); ++i) {
      json_.Key(ProcessId(i + 1));
      WriteProcess(batch_.resources[resources_in_order_[i]]);
    }
    json_.EndObject();
  }

  void WriteProcess(const model::Resource& resource) {
    std::vector<Attribute> tags(resource.attributes.begin(), resource.attributes.end());
    std::erase_if(tags, [](const Attribute& tag) { return tag.key == model::kServiceName; });
    if (!options_.raw) std::ranges::stable_sort(tags, {}, &Attribute::key);
    json_.BeginObject();
    json_.Field("serviceName", resource.service_name());
    json_.Key("tags");
    json_.BeginArray();
    for (const Attribute& tag : tags) WriteAttribute(tag);
    json_.EndArray();
    json_.EndObject();
  }

  JsonWriter& json_;
  const model::SpanBatch& batch_;
  const TraceJsonOptions options_;
  const std::string trace_id_;
  std::vector<Span> spans_;  // with ids separated
  HashSet<model::SpanId, model::IdHash> span_ids_;
  std::vector<size_t> process_of_resource_;  // counted from 1; 0: none yet
  std::vector<uint32_t> resources_in_order_;
};

}  // namespace

void WriteTraceJson(JsonWriter& json, const query::Trace& trace, TraceJsonOptions options) {
  TraceWriter(json, trace, options).Write();
}

}  // namespace spanhound::api
