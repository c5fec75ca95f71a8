#include "query/exec/answer_bytes.h"

#include <span>
#include <string_view>

namespace spanhound::query {
namespace {

// Names, quotes and digits around one attribute, one element of an array, and around a row, in an
// answer.
constexpr uint64_t kAttributeTextBytes = 40;
constexpr uint64_t kElementTextBytes = 32;
constexpr uint64_t kRowTextBytes = 400;

// What is stored is held as it is, and once more as text.
uint64_t TwiceBytes(std::string_view text) { return 2 * text.size(); }

uint64_t TextBytes(const model::AttributeValue& value) {
  uint64_t bytes = 0;
  switch (value.type) {
    case model::ValueType::kString:
    case model::ValueType::kBytes: return value.size;
    case model::ValueType::kArray:
      for (const model::AttributeValue& element : value.array()) {
        bytes += kElementTextBytes + TextBytes(element);
      }
      return bytes;
    case model::ValueType::kKeyValueList:
      for (const model::Attribute& element : value.key_values()) {
        bytes += kElementTextBytes + element.key.size() + TextBytes(element.value);
      }
      return bytes;
    default: return 0;
  }
}

uint64_t TextBytes(std::span<const model::Attribute> attributes) {
  uint64_t bytes = attributes.size() * kAttributeTextBytes;
  for (const model::Attribute& attribute : attributes) {
    bytes += attribute.key.size() + TextBytes(attribute.value);
  }
  return bytes;
}

uint64_t TextBytes(const model::Scope& scope) {
  return scope.name.size() + scope.version.size() + TextBytes(scope.attributes);
}

uint64_t EstimateBytes(std::span<const model::Attribute> attributes) {
  return attributes.size_bytes() + 2 * TextBytes(attributes);
}

}  // namespace

uint64_t EstimateBytes(const SpanRow& row) {
  const model::Span& span = row.span;
  // Itself, its cells in the batch, and a copy while spans are sorted or written.
  uint64_t bytes = 3 * sizeof(model::Span) + kRowTextBytes + TwiceBytes(span.name) +
                   TwiceBytes(span.status_message) + TwiceBytes(span.trace_state) +
                   EstimateBytes(span.attributes) + TextBytes(*row.scope);
  for (const model::SpanEvent& event : span.events) {
    bytes += sizeof event + kAttributeTextBytes + TwiceBytes(event.name) +
             EstimateBytes(event.attributes);
  }
  for (const model::SpanLink& link : span.links) {
    bytes +=
        sizeof link + kRowTextBytes + TwiceBytes(link.trace_state) + EstimateBytes(link.attributes);
  }
  return bytes;
}

uint64_t EstimateBytes(const model::Resource& resource) {
  return sizeof resource + EstimateBytes(resource.attributes);
}

uint64_t EstimateBytes(const LogRow& row) {
  const model::LogRecord& record = row.record;
  // Itself and its cells in the batch.
  return 2 * sizeof record + kRowTextBytes + TwiceBytes(record.severity_text) +
         TwiceBytes(record.event_name) + 2 * TextBytes(record.body) +
         EstimateBytes(record.attributes) + TextBytes(row.resource->attributes) +
         row.resource->service_name().size() + TextBytes(*row.scope);
}

}  // namespace spanhound::query
