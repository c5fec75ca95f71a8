#include "query/plan/lower.h"

#include <algorithm>
#include <utility>

#include "query/plan/lower_comparison.h"

namespace spanhound::query {
namespace {

using traceql::Expression;

bool IsTraceComparison(const Expression& expression) {
  const auto* intrinsic = std::get_if<traceql::Intrinsic>(&expression.comparison.field);
  return intrinsic != nullptr && IsTraceIntrinsic(*intrinsic);
}

// What the leaves of an expression speak of.
struct Subjects {
  bool span = false;
  bool trace = false;
};

void CollectSubjects(const Expression& expression, Subjects* subjects) {
  if (expression.kind == Expression::Kind::kComparison) {
    (IsTraceComparison(expression) ? subjects->trace : subjects->span) = true;
  }
  for (const Expression& child : expression.children) CollectSubjects(child, subjects);
}

bool IsDeeperThan(const Expression& expression, int depth) {
  if (depth == 0) return true;
  return std::ranges::any_of(expression.children, [depth](const Expression& child) {
    return IsDeeperThan(child, depth - 1);
  });
}

Result<store::Predicate> Lower(const Expression& expression) {
  if (expression.kind == Expression::Kind::kTrue) return store::Predicate();
  if (expression.kind == Expression::Kind::kComparison) {
    return LowerComparison(expression.comparison);
  }
  std::vector<store::Predicate> children;
  for (const Expression& child : expression.children) {
    ASSIGN_OR_RETURN(store::Predicate lowered, Lower(child));
    children.push_back(std::move(lowered));
  }
  if (expression.kind == Expression::Kind::kNot) {
    if (children.size() != 1) return InvalidArgument("`not` takes one condition");
    return store::Predicate::Not(std::move(children.front()));
  }
  return expression.kind == Expression::Kind::kAnd ? store::Predicate::And(std::move(children))
                                                   : store::Predicate::Or(std::move(children));
}

// Sorts the conditions that are joined by `and` at the top into the two halves of the plan.
Status Split(const Expression& expression, SearchPlan* plan,
             std::vector<store::Predicate>* span_conditions) {
  if (expression.kind == Expression::Kind::kAnd) {
    for (const Expression& child : expression.children) {
      RETURN_IF_ERROR(Split(child, plan, span_conditions));
    }
    return Status::Ok();
  }
  Subjects subjects;
  CollectSubjects(expression, &subjects);
  if (subjects.trace && subjects.span) {
    return Unimplemented("`or` and `not` cannot join a condition on the trace with one on a span");
  }
  if (subjects.trace) {
    plan->trace_conditions.push_back(expression);
    return Status::Ok();
  }
  ASSIGN_OR_RETURN(store::Predicate lowered, Lower(expression));
  if (lowered.kind != store::Predicate::Kind::kTrue) span_conditions->push_back(std::move(lowered));
  return Status::Ok();
}

}  // namespace

bool IsTraceIntrinsic(traceql::Intrinsic intrinsic) {
  return intrinsic == traceql::Intrinsic::kTraceDuration ||
         intrinsic == traceql::Intrinsic::kRootName ||
         intrinsic == traceql::Intrinsic::kRootServiceName;
}

Result<SearchPlan> PlanSearch(const Expression& filter) {
  if (IsDeeperThan(filter, kExpressionDepthMax)) {
    return InvalidArgument("the condition is nested deeper than " +
                           std::to_string(kExpressionDepthMax) + " levels");
  }
  SearchPlan plan;
  std::vector<store::Predicate> span_conditions;
  RETURN_IF_ERROR(Split(filter, &plan, &span_conditions));
  if (span_conditions.size() == 1) {
    plan.span_filter = std::move(span_conditions.front());
  } else if (!span_conditions.empty()) {
    plan.span_filter = store::Predicate::And(std::move(span_conditions));
  }
  return plan;
}

}  // namespace spanhound::query
