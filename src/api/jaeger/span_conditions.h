// What a search of Jaeger's asks of one span, whichever way it was asked. Pure function.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/jaeger/tags_json.h"
#include "query/query.h"

namespace spanhound::api {

struct SpanConditions {
  std::string service_name;  // empty: any, as is the operation
  std::string operation_name;
  uint64_t duration_min_nanos = 0;  // 0: any
  uint64_t duration_max_nanos = 0;
  std::vector<Tag> tags;
};

query::traceql::Expression ConditionOf(const SpanConditions& conditions);

}  // namespace spanhound::api
