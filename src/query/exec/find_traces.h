// Which traces does a search mean? Matching spans are read newest first, lazily, until enough
// distinct traces have shown up; so the answer is the newest traces, exactly, and costs no more
// than it takes to find them. A trace stands where its newest matching span does: on a later page,
// traces that have a newer one are passed over.
#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "model/ids.h"
#include "query/exec/reading.h"
#include "query/query.h"

namespace spanhound::query {

struct FoundTraces {
  std::vector<model::TraceId> ids;  // by their newest matching span, newest first
  std::string next_page;            // TraceSearch::after of the next ones; empty: there are none
};

// At most search.limit.
Result<FoundTraces> FindTraceIds(const Reading& reading, const TraceSearch& search);

}  // namespace spanhound::query
