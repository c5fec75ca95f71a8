#include "store/scan/result_batch.h"

namespace spanhound::store {
namespace {

// From one picked row in this many on, a row set is shared instead of copied from.
constexpr size_t kSharedFrom = 8;

struct ResultMemory {
  Arena arena;
  std::vector<std::shared_ptr<const RowSet>> shared;
};

using Columns = std::vector<ColumnData>;

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

// All columns shared with the row set, or copied out of it.
Result<Columns> TakeRows(std::span<const Column> columns, ResultSource source,
                         std::span<const uint32_t> rows, ResultMemory& memory) {
  if (source.rows == nullptr) {
    ASSIGN_OR_RETURN(source.rows, source.part->open());
  }
  const bool shares = rows.size() * kSharedFrom >= source.rows->row_count();
  CellCopier copier(memory.arena);
  Columns taken;
  for (const Column& column : columns) {
    if (!shares) {
      ASSIGN_OR_RETURN(ColumnData copied, source.rows->LoadRows(column, rows, copier));
      taken.push_back(std::move(copied));
      continue;
    }
    ASSIGN_OR_RETURN(const ColumnData* data, source.rows->Load(column));
    taken.push_back(PickCells(*data, rows));
  }
  if (shares) memory.shared.push_back(std::move(source.rows));
  return taken;
}

// Puts the rows of all sources into the order of `picks`; RowRef::row counts taken rows here.
Columns Interleave(std::span<const Column> columns, const std::vector<Columns>& taken,
                   std::span<const RowRef> picks, Arena& arena) {
  CellCopier copier(arena);
  const std::vector<bool> shares(taken.size(), true);
  Columns out;
  std::vector<const ColumnData*> sources(taken.size());
  for (size_t column = 0; column < columns.size(); ++column) {
    for (size_t i = 0; i < taken.size(); ++i) sources[i] = &taken[i][column];
    out.push_back(GatherColumn(CellTypeOf(columns[column].field), sources, picks, shares, copier));
  }
  return out;
}

}  // namespace

Result<ColumnBatch> MakeResultBatch(std::span<const Column> columns,
                                    std::vector<ResultSource> sources,
                                    std::span<const RowRef> picks) {
  std::vector<std::vector<uint32_t>> rows_of(sources.size());
  std::vector<RowRef> ranks;
  for (const RowRef pick : picks) {
    std::vector<uint32_t>& rows = rows_of[pick.source];
    ranks.push_back({pick.source, static_cast<uint32_t>(rows.size())});
    rows.push_back(pick.row);
  }
  auto memory = std::make_shared<ResultMemory>();
  std::vector<Columns> taken;
  for (size_t i = 0; i < sources.size(); ++i) {
    ASSIGN_OR_RETURN(Columns rows, TakeRows(columns, std::move(sources[i]), rows_of[i], *memory));
    taken.push_back(std::move(rows));
  }
  ColumnBatch batch;
  batch.row_count = picks.size();
  batch.columns =
      taken.size() == 1 ? std::move(taken[0]) : Interleave(columns, taken, ranks, memory->arena);
  batch.memory = std::move(memory);
  return batch;
}

}  // namespace spanhound::store
