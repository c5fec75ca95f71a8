// About what things take until they are sent, their text in the answer included, for budgets. What
// a writer repeats with every row is counted with every row. Pure functions.
#pragma once

#include <cstdint>

#include "model/resource.h"
#include "query/plan/columns.h"

namespace spanhound::query {

// With the text of its scope, but without its resource: every trace names that once.
uint64_t EstimateBytes(const SpanRow& row);
uint64_t EstimateBytes(const model::Resource& resource);
// With the texts of its resource and scope.
uint64_t EstimateBytes(const LogRow& row);

}  // namespace spanhound::query
