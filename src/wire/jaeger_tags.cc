#include "wire/jaeger_tags.h"

#include <algorithm>

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

class SpanTags {
 public:
  SpanTags(model::Span* span, std::string_view* scope_name, std::string_view* scope_version)
      : span_(*span), scope_name_(*scope_name), scope_version_(*scope_version) {}

  // True when the tag has become a field of the span.
  bool Take(const Attribute& tag) { return MayBeField(tag.key) && TakeField(tag); }

 private:
  // By the first letter of the names below: most tags are none of them.
  static bool MayBeField(std::string_view key) {
    return !key.empty() && std::string_view("eiosw").find(key[0]) != std::string_view::npos;
  }

  bool TakeField(const Attribute& tag) {
    if (tag.key == model::kErrorTag) return TakeError(tag.value);
    if (tag.key == kSpanFormatTag) return true;
    if (!IsText(tag.value)) return false;
    const std::string_view text = tag.value.text();
    if (tag.key == model::kSpanKindTag) return model::ParseSpanKind(text, &span_.kind);
    if (tag.key == model::kStatusCodeTag) return TakeStatusCode(text);
    if (tag.key == model::kStatusDescriptionTag) return Set(text, &span_.status_message);
    if (tag.key == model::kTraceStateTag) return Set(text, &span_.trace_state);
    if (tag.key == model::kScopeNameTag || tag.key == kLibraryNameTag) {
      return Set(text, &scope_name_);
    }
    if (tag.key == model::kScopeVersionTag || tag.key == kLibraryVersionTag) {
      return Set(text, &scope_version_);
    }
    return false;
  }

  static bool Set(std::string_view text, std::string_view* field) {
    *field = text;
    return true;
  }

  bool TakeError(const AttributeValue& value) {
    if (!IsTrue(value)) return false;
    span_.status_code = model::StatusCode::kError;
    return true;
  }

  bool TakeStatusCode(std::string_view text) {
    if (text == "OK") {
      if (span_.status_code == model::StatusCode::kUnset)
        span_.status_code = model::StatusCode::kOk;
    } else if (text == "ERROR") {
      span_.status_code = model::StatusCode::kError;
    } else {
      return text == "UNSET";
    }
    return true;
  }

  model::Span& span_;
  std::string_view& scope_name_;
  std::string_view& scope_version_;
};

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
