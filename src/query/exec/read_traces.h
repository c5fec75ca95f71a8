// Trace ids -> whole traces, in one scan.
#pragma once

#include <span>
#include <vector>

#include "base/status.h"
#include "model/ids.h"
#include "query/exec/reading.h"
#include "query/query.h"

namespace spanhound::query {

// In the order of `trace_ids`, without those that have no spans. Ids must be distinct.
Result<std::vector<Trace>> ReadTraces(const Reading& reading,
                                      std::span<const model::TraceId> trace_ids);

// The same without what is not in a summary.
Result<std::vector<TraceSummary>> ReadTraceSummaries(const Reading& reading,
                                                     std::span<const model::TraceId> trace_ids);

}  // namespace spanhound::query
