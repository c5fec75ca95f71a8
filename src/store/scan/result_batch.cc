#include "store/scan/result_batch.h"

namespace spanhound::store {
namespace {

// From one picked row in this many on, a row set is shared instead of copied from.
constexpr size_t kSharedFrom = 8;

bool IsMost(std::span<const uint32_t> rows, const RowSet& row_set) {
  return rows.size() * kSharedFrom >= row_set.row_count();
}

ColumnData PickCells(const ColumnData& column, std::span<const uint32_t> rows) {
  return std::visit(
      [rows](const auto& cells) -> ColumnData {
        std::decay_t<decltype(cells)> picked;
        picked.reserve(rows.size());
        for (uint32_t row : rows) picked.push_back(cells[row]);
        return picked;
      },
      column);
}

using Memory = std::vector<std::shared_ptr<const void>>;

ColumnBatch BatchOf(TakenRows rows) {
  return {rows.row_count, std::move(rows.columns), std::move(rows.memory)};
}

std::shared_ptr<const void> JoinMemory(const std::vector<TakenRows>& sources) {
  auto memory = std::make_shared<Memory>();
  for (const TakenRows& source : sources) memory->push_back(source.memory);
  return memory;
}

}  // namespace

Result<ColumnData> TakeCells(const Column& column, RowSet& row_set, std::span<const uint32_t> rows,
                             CellCopier& copier) {
  if (!IsMost(rows, row_set)) return row_set.LoadRows(column, rows, copier);
  ASSIGN_OR_RETURN(const ColumnData* data, row_set.Load(column));
  return PickCells(*data, rows);
}

Result<TakenRows> TakeRows(std::span<const Column> columns, std::shared_ptr<RowSet> row_set,
                           std::span<const uint32_t> rows) {
  TakenRows taken;
  taken.row_count = rows.size();
  auto arena = std::make_shared<Arena>();
  CellCopier copier(*arena);
  for (const Column& column : columns) {
    ASSIGN_OR_RETURN(ColumnData cells, TakeCells(column, *row_set, rows, copier));
    taken.columns.push_back(std::move(cells));
  }
  if (IsMost(rows, *row_set)) {
    taken.memory_bytes = row_set->memory_bytes();
    taken.memory = std::move(row_set);
  } else {
    taken.memory_bytes = arena->allocated_bytes();
    taken.memory = std::move(arena);
  }
  return taken;
}

ColumnBatch JoinRows(std::vector<TakenRows> sources) {
  if (sources.size() == 1) return BatchOf(std::move(sources[0]));
  ColumnBatch batch{0, {}, JoinMemory(sources)};
  for (const TakenRows& source : sources) batch.row_count += source.row_count;
  for (size_t column = 0; column < sources[0].columns.size(); ++column) {
    std::visit(
        [&](auto& joined) {
          using Cells = std::decay_t<decltype(joined)>;
          joined.reserve(batch.row_count);
          for (size_t i = 1; i < sources.size(); ++i) {
            const Cells& cells = std::get<Cells>(sources[i].columns[column]);
            joined.insert(joined.end(), cells.begin(), cells.end());
          }
        },
        sources[0].columns[column]);
    batch.columns.push_back(std::move(sources[0].columns[column]));
  }
  return batch;
}

ColumnBatch JoinRows(std::vector<TakenRows> sources, std::span<const RowRef> picks) {
  if (sources.size() == 1) return BatchOf(std::move(sources[0]));
  ColumnBatch batch{picks.size(), {}, JoinMemory(sources)};
  for (size_t column = 0; column < sources[0].columns.size(); ++column) {
    batch.columns.push_back(std::visit(
        [&](const auto& first) -> ColumnData {
          using Cells = std::decay_t<decltype(first)>;
          std::vector<const Cells*> from;
          for (TakenRows& source : sources)
            from.push_back(&std::get<Cells>(source.columns[column]));
          Cells joined;
          joined.reserve(picks.size());
          for (const RowRef pick : picks) joined.push_back((*from[pick.source])[pick.row]);
          return joined;
        },
        sources[0].columns[column]));
  }
  return batch;
}

}  // namespace spanhound::store
