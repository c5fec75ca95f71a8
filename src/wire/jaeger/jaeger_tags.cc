#include "wire/jaeger/jaeger_tags.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "model/semantic_names.h"

namespace spanhound::wire {
namespace {

using model::Attribute;
using model::AttributeValue;
using model::ValueType;

constexpr std::string_view kLibraryNameTag = "otel.library.name";  // before OpenTelemetry 1.10
constexpr std::string_view kLibraryVersionTag = "otel.library.version";
constexpr std::string_view kSpanFormatTag = "internal.span.format";  // Jaeger's own bookkeeping
constexpr std::string_view kMessageField = "message";
constexpr std::string_view kReferenceTypeKey = "opentracing.ref_type";

bool IsText(const AttributeValue& value) { return value.type == ValueType::kString; }

bool IsTrue(const AttributeValue& value) {
  return value.type == ValueType::kBool ? value.boolean : IsText(value) && value.text() == "true";
}

// The tags that are fields of a span in the model, and what each does.
class SpanTags {
 public:
  SpanTags(model::Span* span, std::string_view* scope_name, std::string_view* scope_version)
      : span_(*span), scope_name_(*scope_name), scope_version_(*scope_version) {}

  // True when the tag has become a field of the span.
  bool Take(const Attribute& tag) {
    if (tag.key.empty() || !kFirstLetters[static_cast<uint8_t>(tag.key[0])]) return false;
    const auto field = std::ranges::find(kFields, tag.key, &Field::tag);
    return field != std::end(kFields) && (this->*field->take)(tag.value);
  }

 private:
  struct Field {
    std::string_view tag;
    bool (SpanTags::*take)(const AttributeValue&);
  };
  static const Field kFields[10];
  // Most tags are no field: their first letter tells.
  static const std::array<bool, 256> kFirstLetters;

  bool TakeError(const AttributeValue& value) {
    if (!IsTrue(value)) return false;
    span_.status_code = model::StatusCode::kError;
    return true;
  }

  bool TakeFormat(const AttributeValue&) { return true; }

  bool TakeKind(const AttributeValue& value) {
    return IsText(value) && model::ParseSpanKind(value.text(), &span_.kind);
  }

  bool TakeStatusCode(const AttributeValue& value) {
    if (!IsText(value)) return false;
    if (value.text() == "ERROR") {
      span_.status_code = model::StatusCode::kError;
    } else if (value.text() == "OK") {
      if (span_.status_code == model::StatusCode::kUnset)
        span_.status_code = model::StatusCode::kOk;
    } else {
      return value.text() == "UNSET";
    }
    return true;
  }

  bool TakeStatusMessage(const AttributeValue& value) { return Set(value, &span_.status_message); }
  bool TakeTraceState(const AttributeValue& value) { return Set(value, &span_.trace_state); }
  bool TakeScopeName(const AttributeValue& value) { return Set(value, &scope_name_); }
  bool TakeScopeVersion(const AttributeValue& value) { return Set(value, &scope_version_); }

  static bool Set(const AttributeValue& value, std::string_view* field) {
    if (!IsText(value)) return false;
    *field = value.text();
    return true;
  }

  model::Span& span_;
  std::string_view& scope_name_;
  std::string_view& scope_version_;
};

constexpr SpanTags::Field SpanTags::kFields[] = {
    {model::kErrorTag, &SpanTags::TakeError},
    {kSpanFormatTag, &SpanTags::TakeFormat},
    {model::kSpanKindTag, &SpanTags::TakeKind},
    {model::kStatusCodeTag, &SpanTags::TakeStatusCode},
    {model::kStatusDescriptionTag, &SpanTags::TakeStatusMessage},
    {model::kTraceStateTag, &SpanTags::TakeTraceState},
    {model::kScopeNameTag, &SpanTags::TakeScopeName},
    {kLibraryNameTag, &SpanTags::TakeScopeName},
    {model::kScopeVersionTag, &SpanTags::TakeScopeVersion},
    {kLibraryVersionTag, &SpanTags::TakeScopeVersion},
};

constexpr std::array<bool, 256> SpanTags::kFirstLetters = [] {
  std::array<bool, 256> letters{};
  for (const Field& field : kFields) letters[static_cast<uint8_t>(field.tag[0])] = true;
  return letters;
}();

// Takes the elements out for which `take` holds.
template <typename T, typename Predicate>
std::span<T> Without(std::span<T> values, Predicate take) {
  const auto end = std::remove_if(values.begin(), values.end(), take);
  return values.first(static_cast<size_t>(end - values.begin()));
}

}  // namespace

std::span<const Attribute> TakeSpanTags(std::span<Attribute> tags, model::Span* span,
                                        std::string_view* scope_name,
                                        std::string_view* scope_version) {
  SpanTags fields(span, scope_name, scope_version);
  return Without(tags, [&](const Attribute& tag) { return fields.Take(tag); });
}

std::span<const Attribute> TakeEventName(std::span<Attribute> fields, std::string_view* name) {
  for (std::string_view key : {model::kEventField, kMessageField}) {
    const auto field = std::ranges::find_if(fields, [key](const Attribute& candidate) {
      return candidate.key == key && IsText(candidate.value);
    });
    if (field == fields.end()) continue;
    *name = field->value.text();
    std::move(field + 1, fields.end(), field);
    return fields.first(fields.size() - 1);
  }
  return fields;
}

std::span<const model::SpanLink> TakeParent(std::span<model::SpanLink> references,
                                            model::Span* span) {
  const auto is_child_of = [](const model::SpanLink& link) {
    return link.attributes.data() == ReferenceTypeAttribute(true).data();
  };
  if (span->parent_span_id.is_zero()) {
    const auto parent = std::ranges::find_if(references, [&](const model::SpanLink& link) {
      return is_child_of(link) && link.trace_id == span->trace_id;
    });
    if (parent != references.end()) span->parent_span_id = parent->span_id;
  }
  // A reference to nowhere says nothing; Jaeger's query drops it too.
  return Without(references, [&](const model::SpanLink& link) {
    const bool is_parent = is_child_of(link) && link.trace_id == span->trace_id &&
                           link.span_id == span->parent_span_id;
    return is_parent || link.trace_id.is_zero() || link.span_id.is_zero();
  });
}

std::span<const Attribute> ReferenceTypeAttribute(bool is_child_of) {
  static const Attribute kTypes[] = {
      {kReferenceTypeKey, AttributeValue::String("follows_from")},
      {kReferenceTypeKey, AttributeValue::String("child_of")},
  };
  return std::span(kTypes).subspan(is_child_of ? 1 : 0, 1);
}

}  // namespace spanhound::wire
