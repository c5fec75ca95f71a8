#include "query/exec/trace_condition.h"

#include <algorithm>
#include <string>

namespace spanhound::query {
namespace {

using traceql::Comparator;
using traceql::Comparison;
using traceql::Expression;
using traceql::Intrinsic;

template <typename T>
bool Compare(const T& value, Comparator comparator, const T& literal) {
  switch (comparator) {
    case Comparator::kNotEqual: return value != literal;
    case Comparator::kLess: return value < literal;
    case Comparator::kLessEqual: return value <= literal;
    case Comparator::kGreater: return value > literal;
    case Comparator::kGreaterEqual: return value >= literal;
    default: return value == literal;
  }
}

Status CheckComparison(const Comparison& comparison) {
  if (comparison.comparator > Comparator::kGreaterEqual) {
    return InvalidArgument("conditions on the trace only know = != < <= > >=");
  }
  const bool wants_duration = std::get<Intrinsic>(comparison.field) == Intrinsic::kTraceDuration;
  const bool fits = wants_duration ? std::holds_alternative<traceql::Duration>(comparison.literal)
                                   : std::holds_alternative<std::string>(comparison.literal);
  return fits ? Status::Ok()
              : InvalidArgument("a property of the trace is compared with something else");
}

bool ComparisonHolds(const Comparison& comparison, const TraceSummary& trace) {
  const Intrinsic intrinsic = std::get<Intrinsic>(comparison.field);
  if (intrinsic == Intrinsic::kTraceDuration) {
    return Compare(trace.duration_nanos, comparison.comparator,
                   std::get<traceql::Duration>(comparison.literal).nanos);
  }
  const std::string& text =
      intrinsic == Intrinsic::kRootName ? trace.root_name : trace.root_service_name;
  return Compare(text, comparison.comparator, std::get<std::string>(comparison.literal));
}

}  // namespace

Status CheckTraceCondition(const Expression& condition) {
  if (condition.kind == Expression::Kind::kComparison) {
    return CheckComparison(condition.comparison);
  }
  if (condition.kind == Expression::Kind::kNot && condition.children.size() != 1) {
    return InvalidArgument("`not` takes one condition");
  }
  for (const Expression& child : condition.children) RETURN_IF_ERROR(CheckTraceCondition(child));
  return Status::Ok();
}

bool TraceConditionHolds(const Expression& condition, const TraceSummary& trace) {
  const auto holds = [&trace](const Expression& child) {
    return TraceConditionHolds(child, trace);
  };
  switch (condition.kind) {
    case Expression::Kind::kTrue: return true;
    case Expression::Kind::kAnd: return std::ranges::all_of(condition.children, holds);
    case Expression::Kind::kOr: return std::ranges::any_of(condition.children, holds);
    case Expression::Kind::kNot: return !holds(condition.children.front());
    case Expression::Kind::kComparison: return ComparisonHolds(condition.comparison, trace);
  }
  return false;
}

}  // namespace spanhound::query
