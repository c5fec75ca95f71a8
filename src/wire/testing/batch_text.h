// For tests: batches as text, one line per thing, every field that is not zero, values with their
// types. Two batches are equal exactly when their texts are.
#pragma once

#include <bit>
#include <cinttypes>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include "base/hex.h"
#include "model/attribute.h"
#include "model/log_batch.h"
#include "model/span_batch.h"

namespace spanhound::wire {

inline std::string ValueText(const model::AttributeValue& value);

inline std::string AttributesText(std::span<const model::Attribute> attributes) {
  std::string text;
  for (const model::Attribute& attribute : attributes) {
    if (!text.empty()) text += ", ";
    text += std::string(attribute.key) + "=" + ValueText(attribute.value);
  }
  return std::string("{").append(text).append("}");
}

inline std::string ValueText(const model::AttributeValue& value) {
  using model::ValueType;
  switch (value.type) {
    case ValueType::kEmpty: return "empty";
    case ValueType::kString: return std::string("'").append(value.text()).append("'");
    case ValueType::kBool: return value.boolean ? "true" : "false";
    case ValueType::kInt: return std::to_string(value.integer);
    case ValueType::kDouble: {
      char text[64];
      std::snprintf(text, sizeof text, "%g/%" PRIx64, value.real,
                    std::bit_cast<uint64_t>(value.real));
      return text;
    }
    case ValueType::kBytes: return std::string("x'").append(ToHex(value.text())).append("'");
    case ValueType::kKeyValueList: return AttributesText(value.key_values());
    case ValueType::kArray: break;
  }
  std::string text;
  for (const model::AttributeValue& element : value.array()) {
    if (!text.empty()) text += ", ";
    text += ValueText(element);
  }
  return std::string("[").append(text).append("]");
}

// Appends " name=value" pairs, leaving out what is zero or empty.
class FieldText {
 public:
  explicit FieldText(std::string& out) : out_(out) {}

  FieldText& Add(std::string_view name, uint64_t value) {
    if (value != 0) out_.append(" ").append(name).append("=").append(std::to_string(value));
    return *this;
  }
  FieldText& Add(std::string_view name, std::string_view value) {
    if (!value.empty()) out_.append(" ").append(name).append("=").append(value);
    return *this;
  }
  FieldText& Add(std::span<const model::Attribute> attributes) {
    if (!attributes.empty()) out_.append(" ").append(AttributesText(attributes));
    return *this;
  }

 private:
  std::string& out_;
};

template <typename Batch, typename Item>
void AppendOwners(const Batch& batch, const Item& item, std::string& text) {
  const model::Resource& resource = batch.resource_of(item);
  const model::Scope& scope = batch.scope_of(item);
  text.append("  resource ").append(std::to_string(item.resource_index));
  FieldText(text)
      .Add(resource.attributes)
      .Add("dropped", resource.dropped_attributes_count)
      .Add("schema", resource.schema_url);
  text.append("\n  scope ").append(std::to_string(item.scope_index));
  FieldText(text)
      .Add("name", scope.name)
      .Add("version", scope.version)
      .Add(scope.attributes)
      .Add("dropped", scope.dropped_attributes_count)
      .Add("schema", scope.schema_url);
  text += "\n";
}

inline void AppendSpan(const model::Span& span, std::string& text) {
  text.append("span ").append(span.trace_id.ToHex()).append(" ").append(span.span_id.ToHex());
  if (!span.parent_span_id.is_zero()) text.append(" parent=").append(span.parent_span_id.ToHex());
  FieldText(text)
      .Add("name", span.name)
      .Add("kind", static_cast<uint64_t>(span.kind))
      .Add("start", span.start_unix_nanos)
      .Add("end", span.end_unix_nanos)
      .Add("status", static_cast<uint64_t>(span.status_code))
      .Add("message", span.status_message)
      .Add("state", span.trace_state)
      .Add("flags", span.flags)
      .Add(span.attributes)
      .Add("dropped_attributes", span.dropped_attributes_count)
      .Add("dropped_events", span.dropped_events_count)
      .Add("dropped_links", span.dropped_links_count);
  text += "\n";
  for (const model::SpanEvent& event : span.events) {
    text += "  event";
    FieldText(text)
        .Add("name", event.name)
        .Add("time", event.time_unix_nanos)
        .Add(event.attributes)
        .Add("dropped", event.dropped_attributes_count);
    text += "\n";
  }
  for (const model::SpanLink& link : span.links) {
    text.append("  link ").append(link.trace_id.ToHex()).append(" ").append(link.span_id.ToHex());
    FieldText(text)
        .Add("state", link.trace_state)
        .Add("flags", link.flags)
        .Add(link.attributes)
        .Add("dropped", link.dropped_attributes_count);
    text += "\n";
  }
}

inline std::string BatchText(const model::SpanBatch& batch) {
  std::string text;
  for (const model::Span& span : batch.spans) {
    AppendSpan(span, text);
    AppendOwners(batch, span, text);
  }
  return text;
}

inline std::string BatchText(const model::LogBatch& batch) {
  std::string text;
  for (const model::LogRecord& record : batch.records) {
    text += "log";
    if (!record.trace_id.is_zero()) text.append(" ").append(record.trace_id.ToHex());
    if (!record.span_id.is_zero()) text.append(" ").append(record.span_id.ToHex());
    FieldText(text)
        .Add("time", record.time_unix_nanos)
        .Add("observed", record.observed_time_unix_nanos)
        .Add("severity", record.severity_number)
        .Add("severity_text", record.severity_text)
        .Add("event", record.event_name)
        .Add("flags", record.flags)
        .Add(record.attributes)
        .Add("dropped", record.dropped_attributes_count);
    text.append(" body=").append(ValueText(record.body)).append("\n");
    AppendOwners(batch, record, text);
  }
  return text;
}

}  // namespace spanhound::wire
