// Chunk: some rows of one table and tenant in columns; the one shape of data inside the store. A
// batch becomes a chunk at the door, a log record is a chunk encoded, the head is a list of chunks,
// and a row group of a block decodes to the same columns. Immutable once shared, then any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/batch_memory.h"
#include "store/columns/schema.h"

namespace spanhound::store {

// What is known of a set of rows without looking at them; for logs the durations stay 0.
struct RowBounds {
  uint64_t min_time = UINT64_MAX;
  uint64_t max_time = 0;
  uint64_t min_duration = UINT64_MAX;
  uint64_t max_duration = 0;

  void Add(uint64_t time, uint64_t duration) {
    min_time = std::min(min_time, time);
    max_time = std::max(max_time, time);
    min_duration = std::min(min_duration, duration);
    max_duration = std::max(max_duration, duration);
  }
  void Add(const RowBounds& other) {
    min_time = std::min(min_time, other.min_time);
    max_time = std::max(max_time, other.max_time);
    min_duration = std::min(min_duration, other.min_duration);
    max_duration = std::max(max_duration, other.max_duration);
  }
  bool operator==(const RowBounds&) const = default;
};

struct Chunk {
  Table table = Table::kSpans;
  std::string tenant;
  size_t row_count = 0;
  std::vector<ColumnData> columns;  // in the order of StoredColumns(table)
  RowBounds bounds;
  std::vector<uint32_t> trace_fingerprints;  // of the trace ids, sorted, each once
  model::BatchMemory memory;                 // what the views in the cells point into
  std::string decoded_from;                  // and this, for a chunk read back
  uint64_t allocated_bytes = 0;

  // False: no row is of any of these traces.
  bool MayHoldTraces(std::span<const model::TraceId> ids) const;

  const ColumnData& column(Field field) const { return columns[StoredIndex(table, field)]; }
  template <typename Cell>
  const std::vector<Cell>& cells(Field field) const {
    return std::get<std::vector<Cell>>(column(field));
  }
};

using ChunkPtr = std::shared_ptr<const Chunk>;

inline uint64_t DurationOf(uint64_t start, uint64_t end) { return end > start ? end - start : 0; }

// Fills bounds, fingerprints and allocated_bytes from the columns; the last step of making a chunk.
void FinishChunk(Chunk& chunk);

}  // namespace spanhound::store
