// How many spans match, by a field of theirs; the store counts.
#pragma once

#include <vector>

#include "base/status.h"
#include "query/exec/reading.h"
#include "query/query.h"

namespace spanhound::query {

Result<std::vector<SpanCount>> CountSpans(const Reading& reading, const SpanCountSearch& search,
                                          uint32_t groups_max);

}  // namespace spanhound::query
