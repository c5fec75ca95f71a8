#include "query/plan/lower_comparison.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "model/ids.h"

namespace spanhound::query {
namespace {

using store::Column;
using store::Op;
using store::Predicate;
using traceql::AttributeScope;
using traceql::Comparator;
using traceql::Comparison;
using traceql::Intrinsic;

Op OpOf(Comparator comparator) {
  switch (comparator) {
    case Comparator::kEqual: return Op::kEqual;
    case Comparator::kNotEqual: return Op::kNotEqual;
    case Comparator::kLess: return Op::kLess;
    case Comparator::kLessEqual: return Op::kLessEqual;
    case Comparator::kGreater: return Op::kGreater;
    case Comparator::kGreaterEqual: return Op::kGreaterEqual;
    case Comparator::kMatches:
    case Comparator::kNotMatches: return Op::kMatches;
    case Comparator::kExists: return Op::kExists;
    case Comparator::kTextEqual: return Op::kTextEqual;
  }
  return Op::kEqual;
}

bool IsPattern(Comparator comparator) {
  return comparator == Comparator::kMatches || comparator == Comparator::kNotMatches;
}

bool IsEquality(Comparator comparator) {
  return comparator == Comparator::kEqual || comparator == Comparator::kNotEqual;
}

// Compares `column`, whose type is known to fit `literal`.
Predicate CompareColumn(Column column, Comparator comparator, store::Literal literal) {
  if (comparator == Comparator::kExists) return Predicate::Exists(std::move(column));
  if (IsPattern(comparator)) {
    // The store's match is unanchored, TraceQL's is of the whole text.
    literal = "^(?:" + std::get<std::string>(literal) + ")$";
  }
  if (comparator == Comparator::kNotMatches) {
    Predicate matches = Predicate::Compare(column, Op::kMatches, std::move(literal));
    return Predicate::And(
        {Predicate::Exists(std::move(column)), Predicate::Not(std::move(matches))});
  }
  return Predicate::Compare(std::move(column), OpOf(comparator), std::move(literal));
}

Result<Predicate> CompareText(store::Field field, const Comparison& comparison) {
  const auto* text = std::get_if<std::string>(&comparison.literal);
  if (text == nullptr) return InvalidArgument("a text field is compared with something else");
  Comparator comparator = comparison.comparator;
  if (comparator == Comparator::kTextEqual) comparator = Comparator::kEqual;
  if (comparator == Comparator::kExists) return InvalidArgument("this field always exists");
  if (comparator != Comparator::kNotMatches) return CompareColumn({field}, comparator, *text);
  return Predicate::Not(CompareColumn({field}, Comparator::kMatches, *text));
}

template <typename Enum>
Result<Predicate> CompareEnum(store::Field field, const Comparison& comparison) {
  const auto* value = std::get_if<Enum>(&comparison.literal);
  if (value == nullptr) return InvalidArgument("kind or status is compared with something else");
  if (!IsEquality(comparison.comparator)) {
    return InvalidArgument("kind and status only know = and !=");
  }
  return CompareColumn({field}, comparison.comparator, static_cast<int64_t>(*value));
}

// Past the range of int64 no stored duration can be.
int64_t NanosLiteral(traceql::Duration duration) {
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::min(duration.nanos, kMax));
}

Result<Predicate> CompareDuration(const Comparison& comparison) {
  const auto* duration = std::get_if<traceql::Duration>(&comparison.literal);
  if (duration == nullptr) return InvalidArgument("a duration is compared with something else");
  if (OpOf(comparison.comparator) > Op::kGreaterEqual) {
    return InvalidArgument("a duration only knows = != < <= > >=");
  }
  return CompareColumn({store::Field::kDuration}, comparison.comparator, NanosLiteral(*duration));
}

template <typename Id>
Result<Predicate> CompareId(store::Field field, const Comparison& comparison) {
  const auto* hex = std::get_if<std::string>(&comparison.literal);
  Id id;
  if (hex == nullptr || !id.SetHex(*hex)) {
    return InvalidArgument("an id is compared with something that is not " +
                           std::to_string(2 * Id::kSize) + " hexadecimal digits");
  }
  if (!IsEquality(comparison.comparator)) return InvalidArgument("ids only know = and !=");
  return CompareColumn({field}, comparison.comparator, std::string(id.view()));
}

Result<Predicate> LowerIntrinsic(Intrinsic intrinsic, const Comparison& comparison) {
  switch (intrinsic) {
    case Intrinsic::kTraceId: return CompareId<model::TraceId>(store::Field::kTraceId, comparison);
    case Intrinsic::kSpanId: return CompareId<model::SpanId>(store::Field::kSpanId, comparison);
    case Intrinsic::kParentId:
      return CompareId<model::SpanId>(store::Field::kParentSpanId, comparison);
    case Intrinsic::kName: return CompareText(store::Field::kName, comparison);
    case Intrinsic::kKind: return CompareEnum<model::SpanKind>(store::Field::kKind, comparison);
    case Intrinsic::kStatus:
      return CompareEnum<model::StatusCode>(store::Field::kStatusCode, comparison);
    case Intrinsic::kStatusMessage: return CompareText(store::Field::kStatusMessage, comparison);
    case Intrinsic::kDuration: return CompareDuration(comparison);
    case Intrinsic::kTraceState: return CompareText(store::Field::kTraceState, comparison);
    case Intrinsic::kInstrumentationName: return CompareText(store::Field::kScopeName, comparison);
    case Intrinsic::kInstrumentationVersion:
      return CompareText(store::Field::kScopeVersion, comparison);
    case Intrinsic::kEventName: return CompareText(store::Field::kSpanEventName, comparison);
    case Intrinsic::kTraceDuration:
    case Intrinsic::kRootName:
    case Intrinsic::kRootServiceName: break;
  }
  return Internal("a condition on the trace reached the span filter");
}

// `value` as a literal for attributes; their type decides at every row whether it can be equal.
Result<store::Literal> AttributeLiteral(const Comparison& comparison) {
  if (IsPattern(comparison.comparator) || comparison.comparator == Comparator::kTextEqual) {
    if (!std::holds_alternative<std::string>(comparison.literal)) {
      return InvalidArgument("text is compared with something else");
    }
  }
  if (auto* text = std::get_if<std::string>(&comparison.literal)) return store::Literal(*text);
  if (auto* integer = std::get_if<int64_t>(&comparison.literal)) return store::Literal(*integer);
  if (auto* real = std::get_if<double>(&comparison.literal)) return store::Literal(*real);
  if (auto* boolean = std::get_if<bool>(&comparison.literal)) return store::Literal(*boolean);
  if (auto* duration = std::get_if<traceql::Duration>(&comparison.literal)) {
    return store::Literal(NanosLiteral(*duration));
  }
  return InvalidArgument("an attribute is compared with a kind or a status");
}

store::Field FieldOf(AttributeScope scope) {
  switch (scope) {
    case AttributeScope::kUnscoped:
    case AttributeScope::kSpan: return store::Field::kAttribute;
    case AttributeScope::kResource: return store::Field::kResourceAttribute;
    case AttributeScope::kInstrumentation: return store::Field::kScopeAttribute;
    case AttributeScope::kEvent: return store::Field::kEventAttribute;
    case AttributeScope::kLink: return store::Field::kLinkAttribute;
    case AttributeScope::kAnywhere: return store::Field::kAnyAttribute;
  }
  return store::Field::kAnyAttribute;
}

Result<Predicate> LowerAttribute(const traceql::Attribute& attribute,
                                 const Comparison& comparison) {
  store::Literal literal;
  if (comparison.comparator != Comparator::kExists) {
    ASSIGN_OR_RETURN(literal, AttributeLiteral(comparison));
  }
  const Column own{FieldOf(attribute.scope), attribute.name};
  Predicate on_span = CompareColumn(own, comparison.comparator, literal);
  if (attribute.scope != AttributeScope::kUnscoped) return on_span;
  // The span's own attribute hides the resource's, also when it compares false.
  Predicate on_resource = CompareColumn({store::Field::kResourceAttribute, attribute.name},
                                        comparison.comparator, std::move(literal));
  Predicate hidden = Predicate::Exists(own);
  return Predicate::Or({std::move(on_span), Predicate::And({Predicate::Not(std::move(hidden)),
                                                            std::move(on_resource)})});
}

}  // namespace

Result<Predicate> LowerComparison(const Comparison& comparison) {
  if (auto* attribute = std::get_if<traceql::Attribute>(&comparison.field)) {
    // Every store keeps this one apart, so it is cheap.
    if (attribute->scope == AttributeScope::kResource && attribute->name == "service.name" &&
        std::holds_alternative<std::string>(comparison.literal) &&
        comparison.comparator != Comparator::kExists) {
      return CompareText(store::Field::kServiceName, comparison);
    }
    return LowerAttribute(*attribute, comparison);
  }
  return LowerIntrinsic(std::get<Intrinsic>(comparison.field), comparison);
}

}  // namespace spanhound::query
