// Rows picked from row sets -> batches of result columns. Where much of a row set is picked its
// memory is kept and shared; where little is, the cells are copied and the rest is let go, so that
// keeping ten rows does not keep a row group. Row sets can be taken from on several threads, each
// by one; joining is cheap and belongs to one.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "store/columns/gather.h"
#include "store/columns/row_set.h"

namespace spanhound::store {

// Some rows of one row set, in result columns.
struct TakenRows {
  size_t row_count = 0;
  std::vector<ColumnData> columns;
  std::shared_ptr<const void> memory;  // what the cells point into
  uint64_t memory_bytes = 0;           // of it
};

// The cells of `rows`, in that order; copied ones are the copier's.
Result<ColumnData> TakeCells(const Column& column, RowSet& row_set, std::span<const uint32_t> rows,
                             CellCopier& copier);

Result<TakenRows> TakeRows(std::span<const Column> columns, std::shared_ptr<RowSet> row_set,
                           std::span<const uint32_t> rows);

// All rows, one source after the other. At least one source.
ColumnBatch JoinRows(std::vector<TakenRows> sources);
// The rows in the order of `picks`, whose source indexes `sources` and whose row counts taken rows.
ColumnBatch JoinRows(std::vector<TakenRows> sources, std::span<const RowRef> picks);

}  // namespace spanhound::store
