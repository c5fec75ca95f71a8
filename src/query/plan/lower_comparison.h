// One comparison of the syntax tree as a predicate on columns. Pure function; see lower.h.
#pragma once

#include "base/status.h"
#include "query/traceql/ast.h"
#include "store/scan.h"

namespace spanhound::query {

Result<store::Predicate> LowerComparison(const traceql::Comparison& comparison);

}  // namespace spanhound::query
