// Conditions on a whole trace (its duration, its root), which no scan of spans can evaluate.
// Pure functions.
#pragma once

#include "base/status.h"
#include "query/query.h"
#include "query/traceql/ast.h"

namespace spanhound::query {

// INVALID_ARGUMENT for a comparison that makes no sense. All leaves must be trace intrinsics.
Status CheckTraceCondition(const traceql::Expression& condition);

// Of a checked condition.
bool TraceConditionHolds(const traceql::Expression& condition, const TraceSummary& trace);

}  // namespace spanhound::query
