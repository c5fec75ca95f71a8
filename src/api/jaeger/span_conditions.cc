#include "api/jaeger/span_conditions.h"

#include <utility>

#include "api/jaeger/tag_condition.h"

namespace spanhound::api {

using query::traceql::Attribute;
using query::traceql::AttributeScope;
using query::traceql::Comparator;
using query::traceql::Compare;
using query::traceql::Duration;
using query::traceql::Expression;
using query::traceql::Intrinsic;

Expression ConditionOf(const SpanConditions& conditions) {
  std::vector<Expression> all;
  if (!conditions.service_name.empty()) {
    all.push_back(Compare(Attribute{AttributeScope::kResource, "service.name"}, Comparator::kEqual,
                          conditions.service_name));
  }
  if (!conditions.operation_name.empty()) {
    all.push_back(Compare(Intrinsic::kName, Comparator::kEqual, conditions.operation_name));
  }
  const auto add_duration = [&all](Comparator comparator, uint64_t nanos) {
    if (nanos != 0) all.push_back(Compare(Intrinsic::kDuration, comparator, Duration{nanos}));
  };
  add_duration(Comparator::kGreaterEqual, conditions.duration_min_nanos);
  add_duration(Comparator::kLessEqual, conditions.duration_max_nanos);
  for (const Tag& tag : conditions.tags) all.push_back(TagCondition(tag.first, tag.second));
  return query::traceql::And(std::move(all));
}

}  // namespace spanhound::api
