#include "store/columns/chunk.h"

namespace spanhound::store {
namespace {

uint64_t ColumnBytes(const ColumnData& column) {
  return std::visit(
      [](const auto& cells) {
        return cells.capacity() * sizeof(typename std::decay_t<decltype(cells)>::value_type);
      },
      column);
}

}  // namespace

void FinishChunk(Chunk& chunk) {
  const std::vector<uint64_t>& times = chunk.cells<uint64_t>(Field::kTime);
  if (chunk.table == Table::kSpans) {
    const std::vector<uint64_t>& ends = chunk.cells<uint64_t>(Field::kEndTime);
    for (size_t i = 0; i < times.size(); ++i) {
      chunk.bounds.Add(times[i], DurationOf(times[i], ends[i]));
    }
  } else {
    for (uint64_t time : times) chunk.bounds.Add(time, 0);
  }
  chunk.allocated_bytes =
      sizeof(Chunk) + chunk.memory.allocated_bytes() + chunk.decoded_from.capacity();
  for (const ColumnData& column : chunk.columns) chunk.allocated_bytes += ColumnBytes(column);
}

}  // namespace spanhound::store
