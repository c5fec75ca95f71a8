// The graph of services: which service's spans are children of which other's.
#pragma once

#include <vector>

#include "base/status.h"
#include "query/exec/reading.h"
#include "query/query.h"

namespace spanhound::query {

// Of the spans that start in `time`; a call whose two ends fall on both sides of an edge of the
// window is not seen. A span that came twice counts once. Memory: about 40 bytes a span.
Result<std::vector<Dependency>> CountDependencies(const Reading& reading, TimeRange time);

}  // namespace spanhound::query
