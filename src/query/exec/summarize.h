// The outlines of one trace's spans -> its TraceSummary. Spans that came twice (OTLP retries)
// count once. Pure function.
#pragma once

#include <span>

#include "model/ids.h"
#include "query/plan/columns.h"
#include "query/query.h"

namespace spanhound::query {

// At least one span. Sorts them.
TraceSummary Summarize(model::TraceId trace_id, std::span<SpanOutline> spans);

}  // namespace spanhound::query
