// Rows picked from row sets -> one batch of result columns. Where much of a row set is picked its
// memory is kept and shared; where little is, the cells are copied and the rest is let go. Row
// sets are worked off one after the other, so that a batch scattered over many does not hold the
// decoded columns of all of them at once.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "store/columns/gather.h"
#include "store/columns/row_set.h"
#include "store/scan/scan_part.h"

namespace spanhound::store {

struct ResultSource {
  const ScanPart* part;          // opened if `rows` is null
  std::shared_ptr<RowSet> rows;  // let go when done
};

// RowRef::source indexes `sources`; the rows appear in the order of `picks`. At least one pick.
Result<ColumnBatch> MakeResultBatch(std::span<const Column> columns,
                                    std::vector<ResultSource> sources,
                                    std::span<const RowRef> picks);

}  // namespace spanhound::store
