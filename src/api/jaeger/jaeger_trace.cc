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

std::span<const JaegerReference> JaegerTrace::ReferencesOf(const Span& span) {
  references_.clear();
  if (!span.parent_span_id.is_zero()) {
    references_.push_back({trace_.trace_id, span.parent_span_id, true});
  }
  for (const model::SpanLink& link : span.links) {
    if (link.trace_id.is_zero()) continue;
    references_.push_back({link.trace_id, link.span_id, IsChildOf(link)});
  }
  return references_;
}

JaegerTrace::Tags JaegerTrace::TagsOf(const Span& span) {
  const model::Scope& scope = trace_.batch.scope_of(span);
  tags_.clear();
  AddText(model::kScopeNameTag, scope.name);
  AddText(model::kScopeVersionTag, scope.version);
  for (const Attribute& attribute : scope.attributes) Add(attribute);
  for (const Attribute& attribute : span.attributes) Add(attribute);
  AddField(span, model::kSpanKindTag, model::SpanKindName(span.kind));
  AddStatus(span);
  AddField(span, model::kTraceStateTag, span.trace_state);
  AddCount("otel.dropped_attributes_count", span.dropped_attributes_count);
  AddCount("otel.dropped_events_count", span.dropped_events_count);
  AddCount("otel.dropped_links_count", span.dropped_links_count);
  return tags_;
}

void JaegerTrace::Add(const Attribute& attribute) {
  if (options_.raw || !IsNumericAddress(attribute)) return tags_.push_back(attribute);
  AddText(attribute.key, texts_.Copy(DottedAddress(attribute.value.integer)));
}

void JaegerTrace::AddText(std::string_view key, std::string_view text) {
  if (!text.empty()) tags_.push_back({key, AttributeValue::String(text)});
}

// Spans that came from Jaeger clients may still carry the tag itself.
void JaegerTrace::AddField(const Span& span, std::string_view key, std::string_view text) {
  if (text.empty()) return;
  const AttributeValue* own = model::FindAttribute(span.attributes, key);
  const bool is_there = own != nullptr && own->type == ValueType::kString && own->text() == text;
  if (!is_there) AddText(key, text);
}

void JaegerTrace::AddCount(std::string_view key, uint32_t count) {
  if (count != 0) tags_.push_back({key, AttributeValue::Int(count)});
}

void JaegerTrace::AddStatus(const Span& span) {
  if (span.status_code == model::StatusCode::kOk) {
    AddField(span, model::kStatusCodeTag, "OK");
  } else if (span.status_code == model::StatusCode::kError) {
    AddField(span, model::kStatusCodeTag, "ERROR");
    const AttributeValue* own = model::FindAttribute(span.attributes, model::kErrorTag);
    const bool is_there = own != nullptr && own->type == ValueType::kBool && own->boolean;
    if (!is_there) tags_.push_back({model::kErrorTag, AttributeValue::Bool(true)});
  }
  AddField(span, model::kStatusDescriptionTag, span.status_message);
}

JaegerTrace::Tags JaegerTrace::FieldsOf(const model::SpanEvent& event) {
  tags_.clear();
  if (model::FindAttribute(event.attributes, model::kEventField) == nullptr) {
    AddText(model::kEventField, event.name);
  }
  for (const Attribute& attribute : event.attributes) Add(attribute);
  if (!options_.raw) {
    std::ranges::stable_sort(tags_, {}, [](const Attribute& field) {
      return std::pair(field.key != model::kEventField, field.key);
    });
  }
  return tags_;
}

JaegerTrace::Tags JaegerTrace::ProcessTagsOf(const model::Resource& resource) {
  tags_.clear();
  for (const Attribute& attribute : resource.attributes) {
    if (attribute.key != model::kServiceName) Add(attribute);
  }
  if (!options_.raw) std::ranges::stable_sort(tags_, {}, &Attribute::key);
  return tags_;
}

std::string JaegerTrace::WarningOf(const Span& span) const {
  const bool misses_parent =
      !span.parent_span_id.is_zero() && !span_ids_.contains(span.parent_span_id);
  if (options_.raw || !misses_parent) return "";
  return "parent span " + span.parent_span_id.ToHex() + " is not stored";
}

}  // namespace spanhound::api
