// The rows of a chunk as text, to compare and to print: every stored column, or the error.
#pragma once

#include <string>
#include <vector>

#include "store/columns/chunk_rows.h"
#include "store/testing/test_data.h"

namespace spanhound::store {

inline std::vector<std::string> RowsOf(const ChunkPtr& chunk) {
  ChunkRows rows(chunk);
  ColumnBatch batch;
  batch.row_count = rows.row_count();
  for (const StoredColumn& column : StoredColumns(chunk->table)) {
    auto data = rows.Load({column.field});
    if (!data.ok()) return {data.status().ToString()};
    batch.columns.push_back(**data);
  }
  return RowsOf(batch);
}

}  // namespace spanhound::store
