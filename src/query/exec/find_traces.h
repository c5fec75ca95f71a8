// Which traces does a search mean? Matching spans are read newest first, lazily, until enough
// distinct traces have shown up; so the answer is the newest traces, exactly, and costs no more
// than it takes to find them.
#pragma once

#include <vector>

#include "base/status.h"
#include "model/ids.h"
#include "query/exec/reading.h"
#include "query/query.h"

namespace spanhound::query {

// At most search.limit ids, by their newest matching span, newest first.
Result<std::vector<model::TraceId>> FindTraceIds(const Reading& reading, const TraceSearch& search);

}  // namespace spanhound::query
