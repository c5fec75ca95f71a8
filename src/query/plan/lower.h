// From syntax tree to what a store can evaluate: the only place that knows both. Pure functions;
// INVALID_ARGUMENT for a comparison that can never make sense (a name with a number),
// UNIMPLEMENTED where a condition on the trace is mixed with one on its spans under `or` or `not`.
#pragma once

#include <vector>

#include "base/status.h"
#include "query/traceql/ast.h"
#include "store/scan.h"

namespace spanhound::query {

// Deeper expressions are refused: all work on them is recursive.
inline constexpr int kExpressionDepthMax = 64;

struct SearchPlan {
  store::Predicate span_filter;                       // the scan evaluates it, exactly
  std::vector<traceql::Expression> trace_conditions;  // all must hold; only trace intrinsics
};

Result<SearchPlan> PlanSearch(const traceql::Expression& filter);

// Is it a property of the trace rather than of one span?
bool IsTraceIntrinsic(traceql::Intrinsic intrinsic);

}  // namespace spanhound::query
