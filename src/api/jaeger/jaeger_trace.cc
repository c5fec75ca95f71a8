#include "api/jaeger/jaeger_trace.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "api/jaeger/shared_span_ids.h"
#include "model/semantic_names.h"

namespace spanhound::api {
namespace {

using model::Attribute;
using model::AttributeValue;
using model::Span;
using model::ValueType;

constexpr std::string_view kRefTypeKey = "opentracing.ref_type";

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

void AddText(std::string_view key, std::string_view text, JaegerTrace::Tags* tags) {
  if (!text.empty()) tags->push_back({key, AttributeValue::String(text)});
}

// Spans that came from Jaeger clients may still carry the tag itself.
void AddField(const Span& span, std::string_view key, std::string_view text,
              JaegerTrace::Tags* tags) {
  const AttributeValue* own = model::FindAttribute(span.attributes, key);
  const bool is_there = own != nullptr && own->type == ValueType::kString && own->text() == text;
  if (!is_there) AddText(key, text, tags);
}

void AddCount(std::string_view key, uint32_t count, JaegerTrace::Tags* tags) {
  if (count != 0) tags->push_back({key, AttributeValue::Int(count)});
}

bool IsChildOf(const model::SpanLink& link) {
  const AttributeValue* type = model::FindAttribute(link.attributes, kRefTypeKey);
  return type != nullptr && type->type == ValueType::kString && type->text() == "child_of";
}

}  // namespace

JaegerTrace::JaegerTrace(const query::Trace& trace, JaegerTraceOptions options)
    : trace_(trace), options_(options), spans_(trace.batch.spans) {
  CollectSpanIds();
  if (options.raw || span_ids_.size() == spans_.size()) return;
  separated_.assign(spans_.begin(), spans_.end());
  SeparateSharedSpanIds(separated_);
  spans_ = separated_;
  CollectSpanIds();
}

void JaegerTrace::CollectSpanIds() {
  span_ids_.reserve(spans_.size());
  for (const Span& span : spans_) span_ids_.insert(span.span_id);
}

std::vector<JaegerReference> JaegerTrace::ReferencesOf(const Span& span) const {
  std::vector<JaegerReference> references;
  references.reserve(span.links.size() + 1);
  if (!span.parent_span_id.is_zero()) {
    references.push_back({trace_.trace_id, span.parent_span_id, true});
  }
  for (const model::SpanLink& link : span.links) {
    if (link.trace_id.is_zero()) continue;
    references.push_back({link.trace_id, link.span_id, IsChildOf(link)});
  }
  return references;
}

JaegerTrace::Tags JaegerTrace::TagsOf(const Span& span) {
  constexpr size_t kFieldTagsMax = 10;
  const model::Scope& scope = trace_.batch.scope_of(span);
  Tags tags;
  tags.reserve(scope.attributes.size() + span.attributes.size() + kFieldTagsMax);
  AddText(model::kScopeNameTag, scope.name, &tags);
  AddText(model::kScopeVersionTag, scope.version, &tags);
  for (const Attribute& attribute : scope.attributes) Add(attribute, &tags);
  for (const Attribute& attribute : span.attributes) Add(attribute, &tags);
  AddField(span, model::kSpanKindTag, model::SpanKindName(span.kind), &tags);
  AddStatus(span, &tags);
  AddField(span, model::kTraceStateTag, span.trace_state, &tags);
  AddCount("otel.dropped_attributes_count", span.dropped_attributes_count, &tags);
  AddCount("otel.dropped_events_count", span.dropped_events_count, &tags);
  AddCount("otel.dropped_links_count", span.dropped_links_count, &tags);
  return tags;
}

void JaegerTrace::AddStatus(const Span& span, Tags* tags) {
  if (span.status_code == model::StatusCode::kOk) {
    AddField(span, model::kStatusCodeTag, "OK", tags);
  } else if (span.status_code == model::StatusCode::kError) {
    AddField(span, model::kStatusCodeTag, "ERROR", tags);
    const AttributeValue* own = model::FindAttribute(span.attributes, model::kErrorTag);
    const bool is_there = own != nullptr && own->type == ValueType::kBool && own->boolean;
    if (!is_there) tags->push_back({model::kErrorTag, AttributeValue::Bool(true)});
  }
  AddField(span, model::kStatusDescriptionTag, span.status_message, tags);
}

void JaegerTrace::Add(const Attribute& attribute, Tags* tags) {
  if (options_.raw || !IsNumericAddress(attribute)) return tags->push_back(attribute);
  const std::string_view text = texts_.Copy(DottedAddress(attribute.value.integer));
  tags->push_back({attribute.key, AttributeValue::String(text)});
}

JaegerTrace::Tags JaegerTrace::FieldsOf(const model::SpanEvent& event) {
  Tags fields;
  fields.reserve(event.attributes.size() + 1);
  if (model::FindAttribute(event.attributes, model::kEventField) == nullptr) {
    AddText(model::kEventField, event.name, &fields);
  }
  for (const Attribute& attribute : event.attributes) Add(attribute, &fields);
  if (!options_.raw) {
    std::ranges::stable_sort(fields, {}, [](const Attribute& field) {
      return std::pair(field.key != model::kEventField, field.key);
    });
  }
  return fields;
}

JaegerTrace::Tags JaegerTrace::ProcessTagsOf(const model::Resource& resource) {
  Tags tags;
  for (const Attribute& attribute : resource.attributes) {
    if (attribute.key != model::kServiceName) Add(attribute, &tags);
  }
  if (!options_.raw) std::ranges::stable_sort(tags, {}, &Attribute::key);
  return tags;
}

std::string JaegerTrace::WarningOf(const Span& span) const {
  const bool misses_parent =
      !span.parent_span_id.is_zero() && !span_ids_.contains(span.parent_span_id);
  if (options_.raw || !misses_parent) return "";
  return "parent span " + span.parent_span_id.ToHex() + " is not stored";
}

}  // namespace spanhound::api
