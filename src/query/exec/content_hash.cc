#include "query/exec/content_hash.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <string_view>

namespace spanhound::query {
namespace {

using model::Attribute;
using model::AttributeValue;
using model::ValueType;

uint64_t Mix(uint64_t hash, uint64_t value) {
  return std::rotl(hash ^ value, 29) * 0x9e3779b97f4a7c15u;
}
uint64_t Mix(uint64_t hash, std::string_view text) {
  return Mix(hash, std::hash<std::string_view>()(text));
}

uint64_t Mix(uint64_t hash, std::span<const Attribute> attributes);

// As deep as values may nest: model::kValueDepthMax.
uint64_t Mix(uint64_t hash, const AttributeValue& value) {
  hash = Mix(hash, static_cast<uint64_t>(value.type));
  switch (value.type) {
    case ValueType::kEmpty: return hash;
    case ValueType::kString:
    case ValueType::kBytes: return Mix(hash, value.text());
    case ValueType::kBool: return Mix(hash, static_cast<uint64_t>(value.boolean));
    case ValueType::kInt: return Mix(hash, static_cast<uint64_t>(value.integer));
    case ValueType::kDouble: return Mix(hash, std::bit_cast<uint64_t>(value.real));
    case ValueType::kKeyValueList: return Mix(hash, value.key_values());
    case ValueType::kArray: break;
  }
  for (const AttributeValue& element : value.array()) hash = Mix(hash, element);
  return hash;
}

uint64_t Mix(uint64_t hash, std::span<const Attribute> attributes) {
  hash = Mix(hash, attributes.size());
  for (const Attribute& attribute : attributes) {
    hash = Mix(Mix(hash, attribute.key), attribute.value);
  }
  return hash;
}

bool SameEvent(const model::SpanEvent& a, const model::SpanEvent& b) {
  return a.time_unix_nanos == b.time_unix_nanos && a.name == b.name &&
         a.dropped_attributes_count == b.dropped_attributes_count &&
         std::ranges::equal(a.attributes, b.attributes);
}

bool SameLink(const model::SpanLink& a, const model::SpanLink& b) {
  return a.trace_id == b.trace_id && a.span_id == b.span_id && a.trace_state == b.trace_state &&
         a.flags == b.flags && a.dropped_attributes_count == b.dropped_attributes_count &&
         std::ranges::equal(a.attributes, b.attributes);
}

bool SameScalars(const model::Span& a, const model::Span& b) {
  return a.trace_id == b.trace_id && a.span_id == b.span_id &&
         a.parent_span_id == b.parent_span_id && a.kind == b.kind &&
         a.status_code == b.status_code && a.flags == b.flags &&
         a.resource_index == b.resource_index && a.scope_index == b.scope_index &&
         a.start_unix_nanos == b.start_unix_nanos && a.end_unix_nanos == b.end_unix_nanos &&
         a.dropped_attributes_count == b.dropped_attributes_count &&
         a.dropped_events_count == b.dropped_events_count &&
         a.dropped_links_count == b.dropped_links_count;
}

}  // namespace

uint64_t ContentHash(const model::Resource& resource) {
  const uint64_t hash = Mix(Mix(uint64_t{1}, resource.schema_url), resource.attributes);
  return Mix(hash, resource.dropped_attributes_count);
}

uint64_t ContentHash(const model::Scope& scope) {
  const uint64_t hash = Mix(Mix(uint64_t{2}, scope.name), scope.version);
  return Mix(Mix(hash, scope.schema_url), scope.attributes);
}

uint64_t ContentHash(const model::Span& span) {
  uint64_t hash = Mix(uint64_t{3}, span.span_id.view());
  hash = Mix(Mix(hash, span.start_unix_nanos), span.end_unix_nanos);
  hash = Mix(Mix(hash, span.name), span.status_message);
  hash = Mix(Mix(hash, static_cast<uint64_t>(span.kind)), span.attributes);
  for (const model::SpanEvent& event : span.events) {
    hash = Mix(Mix(Mix(hash, event.time_unix_nanos), event.name), event.attributes);
  }
  for (const model::SpanLink& link : span.links) {
    hash = Mix(Mix(Mix(hash, link.trace_id.view()), link.span_id.view()), link.attributes);
  }
  return hash;
}

bool SameContent(const model::Span& a, const model::Span& b) {
  return SameScalars(a, b) && a.name == b.name && a.status_message == b.status_message &&
         a.trace_state == b.trace_state && std::ranges::equal(a.attributes, b.attributes) &&
         std::ranges::equal(a.events, b.events, SameEvent) &&
         std::ranges::equal(a.links, b.links, SameLink);
}

}  // namespace spanhound::query
