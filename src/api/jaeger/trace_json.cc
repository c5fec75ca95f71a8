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
  TraceWriter(JsonWriter& json, KeyValueWriter& key_values, const query::Trace& trace,
              TraceJsonOptions options)
      : json_(json),
        key_values_(key_values),
        batch_(trace.batch),
        options_(options),
        trace_id_(TraceIdText(trace.trace_id)),
        spans_(trace.batch.spans) {
    CollectSpanIds();
    if (!options.raw && span_ids_.size() < spans_.size()) SeparateSpanIds();
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
  void CollectSpanIds() {
    span_ids_.reserve(spans_.size());
    for (const Span& span : spans_) span_ids_.insert(span.span_id);
  }

  void SeparateSpanIds() {
    separated_.assign(spans_.begin(), spans_.end());
    SeparateSharedSpanIds(separated_);
    spans_ = separated_;
    CollectSpanIds();
  }

  // In the order in which the spans need them.
  void NumberProcesses() {
    process_of_resource_.assign(batch_.resources.size(), 0);
    for (const Span& span : spans_) {
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
    json_.Field("processID", ProcessId(span));
    WriteWarnings(span);
    json_.EndObject();
  }

  void WriteLink(const model::SpanLink& link) {
    const AttributeValue* type = model::FindAttribute(link.attributes, kRefTypeKey);
    const bool is_child =
        type != nullptr && type->type == ValueType::kString && type->text() == "child_of";
    json_.BeginObject();
    json_.Field("refType", is_child ? "CHILD_OF" : "FOLLOWS_FROM");
    json_.Field("traceID", TraceIdText(link.trace_id));
    json_.Key("spanID");
    json_.Hex(link.span_id.view());
    json_.EndObject();
  }

  void WriteReferences(const Span& span) {
    json_.Key("references");
    json_.BeginArray();
    if (!span.parent_span_id.is_zero()) {
      json_.BeginObject(parent_head_);
      json_.Hex(span.parent_span_id.view());
      json_.EndObject();
    }
    for (const model::SpanLink& link : span.links) {
      if (!link.trace_id.is_zero()) WriteLink(link);
    }
    json_.EndArray();
  }

  void WriteAttribute(const Attribute& attribute) {
    if (!options_.raw && IsNumericAddress(attribute)) {
      return key_values_.WriteText(attribute.key, DottedAddress(attribute.value.integer));
    }
    key_values_.Write(attribute.key, attribute.value);
  }

  // Scope first, then the attributes, then what Jaeger has no field for.
  void WriteTags(const Span& span) {
    json_.Key("tags");
    json_.BeginArray();
    const model::Scope& scope = batch_.scope_of(span);
    if (!scope.name.empty()) key_values_.WriteText(model::kScopeNameTag, scope.name);
    if (!scope.version.empty()) key_values_.WriteText(model::kScopeVersionTag, scope.version);
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
    if (!text.empty() && !is_there) key_values_.WriteText(key, text);
  }

  void WriteStatusTags(const Span& span) {
    if (span.status_code == model::StatusCode::kOk) {
      WriteFieldTag(span, model::kStatusCodeTag, "OK");
    } else if (span.status_code == model::StatusCode::kError) {
      WriteFieldTag(span, model::kStatusCodeTag, "ERROR");
      const AttributeValue* own = model::FindAttribute(span.attributes, model::kErrorTag);
      const bool is_there = own != nullptr && own->type == ValueType::kBool && own->boolean;
      if (!is_there) key_values_.Write(model::kErrorTag, AttributeValue::Bool(true));
    }
    WriteFieldTag(span, model::kStatusDescriptionTag, span.status_message);
  }

  void WriteDroppedCount(std::string_view key, uint32_t count) {
    if (count != 0) key_values_.Write(key, AttributeValue::Int(count));
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
      json_.Key(process_ids_[i]);
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
  KeyValueWriter& key_values_;
  const model::SpanBatch& batch_;
  const TraceJsonOptions options_;
  const std::string trace_id_;
  // What all spans and all their first references start with.
  const std::string span_head_ = R"({"traceID":")" + trace_id_ + R"(","spanID":)";
  const std::string parent_head_ =
      R"({"refType":"CHILD_OF","traceID":")" + trace_id_ + R"(","spanID":)";
  std::span<const Span> spans_;
  std::vector<Span> separated_;  // the spans with ids separated, if some were shared
  HashSet<model::SpanId, model::IdHash> span_ids_;
  std::vector<size_t> process_of_resource_;  // counted from 1; 0: none yet
  std::vector<uint32_t> resources_in_order_;
  std::vector<std::string> process_ids_;  // in the same order
};

}  // namespace

void WriteTracesJson(JsonWriter& json, std::span<const query::Trace> traces,
                     TraceJsonOptions options) {
  KeyValueWriter key_values(json);
  json.BeginArray();
  for (const query::Trace& trace : traces) TraceWriter(json, key_values, trace, options).Write();
  json.EndArray();
}

}  // namespace spanhound::api
