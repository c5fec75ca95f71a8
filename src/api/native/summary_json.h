// A trace summary as JSON. Pure function.
#pragma once

#include "base/json_writer.h"
#include "query/query.h"

namespace spanhound::api {

void WriteSummaryJson(JsonWriter& json, const query::TraceSummary& summary);

}  // namespace spanhound::api
