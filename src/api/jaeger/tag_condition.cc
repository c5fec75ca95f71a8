#include "api/jaeger/tag_condition.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "model/semantic_names.h"
#include "model/span_batch.h"

namespace spanhound::api {
namespace {

using query::traceql::Attribute;
using query::traceql::AttributeScope;
using query::traceql::Comparator;
using query::traceql::Compare;
using query::traceql::Expression;
using query::traceql::Intrinsic;

struct TextTag {
  std::string_view key;
  Intrinsic intrinsic;
};

// Keys that stand for a text field. The second names of scope are those of older exporters, the
// third those of Jaeger's own attribute search.
constexpr std::array<TextTag, 9> kTextTags = {{
    {model::kScopeNameTag, Intrinsic::kInstrumentationName},
    {"otel.library.name", Intrinsic::kInstrumentationName},
    {"scope.name", Intrinsic::kInstrumentationName},
    {model::kScopeVersionTag, Intrinsic::kInstrumentationVersion},
    {"otel.library.version", Intrinsic::kInstrumentationVersion},
    {"scope.version", Intrinsic::kInstrumentationVersion},
    {model::kStatusDescriptionTag, Intrinsic::kStatusMessage},
    {model::kTraceStateTag, Intrinsic::kTraceState},
    {model::kEventField, Intrinsic::kEventName},
}};

constexpr std::string_view kResourcePrefix = "resource.";

Expression Anywhere(std::string_view key, std::string_view value) {
  return Compare(Attribute{AttributeScope::kAnywhere, std::string(key)}, Comparator::kTextEqual,
                 std::string(value));
}

Expression OnResource(std::string_view key, std::string_view value) {
  return Compare(Attribute{AttributeScope::kResource, std::string(key)}, Comparator::kTextEqual,
                 std::string(value));
}

std::string LowerCase(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : static_cast<char>(c);
  });
  return out;
}

Expression HasStatus(model::StatusCode status) {
  return Compare(Intrinsic::kStatus, Comparator::kEqual, status);
}

std::optional<Expression> StatusCondition(std::string_view value) {
  const std::string status = LowerCase(value);
  if (status == "ok") return HasStatus(model::StatusCode::kOk);
  if (status == "error") return HasStatus(model::StatusCode::kError);
  if (status == "unset") return HasStatus(model::StatusCode::kUnset);
  return std::nullopt;
}

std::optional<Expression> KindCondition(std::string_view value) {
  model::SpanKind kind = model::SpanKind::kUnspecified;
  if (!model::ParseSpanKind(LowerCase(value), &kind)) return std::nullopt;
  return Compare(Intrinsic::kKind, Comparator::kEqual, kind);
}

// What the key stands for beside an attribute of that name, if anything.
std::optional<Expression> FieldCondition(std::string_view key, std::string_view value) {
  if (key == model::kSpanKindTag) return KindCondition(value);
  if (key == model::kStatusCodeTag || key == "span.status") return StatusCondition(value);
  if (key == model::kServiceName) return OnResource(key, value);
  if (key.starts_with(kResourcePrefix)) {
    return OnResource(key.substr(kResourcePrefix.size()), value);
  }
  for (const TextTag& tag : kTextTags) {
    if (key == tag.key) return Compare(tag.intrinsic, Comparator::kEqual, std::string(value));
  }
  return std::nullopt;
}

Expression IsError() {
  return query::traceql::Or(
      {HasStatus(model::StatusCode::kError), Anywhere(model::kErrorTag, "true")});
}

}  // namespace

Expression TagCondition(std::string_view key, std::string_view value) {
  if (key == model::kErrorTag && value == "true") return IsError();
  // Spans that went well carry no such tag: people who ask for false mean all the others.
  if (key == model::kErrorTag && value == "false") return query::traceql::Not(IsError());
  std::optional<Expression> field = FieldCondition(key, value);
  if (!field) return Anywhere(key, value);
  return query::traceql::Or({*std::move(field), Anywhere(key, value)});
}

}  // namespace spanhound::api
