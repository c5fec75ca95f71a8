// One `key=value` of a Jaeger search as a condition. Users copy tags from what trace_json.cc shows,
// so a key that stands there for a field of the span (error, span.kind, otel.status_code, ...)
// searches that field; every other key is looked for in span, resource, scope, events and links,
// and compared as text. Pure function.
#pragma once

#include <string_view>

#include "query/query.h"

namespace spanhound::api {

query::traceql::Expression TagCondition(std::string_view key, std::string_view value);

}  // namespace spanhound::api
