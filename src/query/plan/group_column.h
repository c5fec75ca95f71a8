// The column that stands for a field spans are counted by. Pure function.
#pragma once

#include "base/status.h"
#include "query/traceql/ast.h"
#include "store/scan.h"

namespace spanhound::query {

// INVALID_ARGUMENT for fields that do not have one value a span, or a different one every span.
Result<store::Column> GroupColumn(const traceql::Field& field);

}  // namespace spanhound::query
