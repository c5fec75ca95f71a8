// Rows picked from row sets -> one batch of result columns. Where much of a row set is picked its
// memory is kept and shared; where little is, the cells are copied and the rest is let go.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "store/columns/gather.h"
#include "store/columns/row_set.h"

namespace spanhound::store {

// RowRef::source indexes `sources`; the rows appear in the order of `picks`. At least one pick.
Result<ColumnBatch> MakeResultBatch(std::span<const Column> columns,
                                    std::span<const std::shared_ptr<RowSet>> sources,
                                    std::span<const RowRef> picks);

}  // namespace spanhound::store
