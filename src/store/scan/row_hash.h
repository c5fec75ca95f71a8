// Hashes of whole rows: equal rows hash equal, wherever they lie (head or block, before a flush or
// after). They give rows an order that nothing else tells apart, so they must not change with the
// process. Pure function.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "store/columns/row_set.h"

namespace spanhound::store {

// Of `rows`, over all stored columns, in that order. DATA_LOSS if a column cannot be read.
Result<std::vector<uint64_t>> HashRows(RowSet& row_set, std::span<const uint32_t> rows);

}  // namespace spanhound::store
