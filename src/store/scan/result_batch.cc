#include "store/scan/result_batch.h"

namespace spanhound::store {
namespace {

// From one picked row in this many on, a row set is shared instead of copied from.
constexpr size_t kSharedFrom = 8;

struct ResultMemory {
  Arena arena;
  std::vector<std::shared_ptr<const RowSet>> shared;
};

std::vector<bool> ChooseShared(std::span<const std::shared_ptr<RowSet>> sources,
                               std::span<const RowRef> picks) {
  std::vector<size_t> picked(sources.size());
  for (const RowRef pick : picks) ++picked[pick.source];
  std::vector<bool> shares(sources.size());
  for (size_t i = 0; i < sources.size(); ++i) {
    shares[i] = picked[i] * kSharedFrom >= sources[i]->row_count();
  }
  return shares;
}

}  // namespace

Result<ColumnBatch> MakeResultBatch(std::span<const Column> columns,
                                    std::span<const std::shared_ptr<RowSet>> sources,
                                    std::span<const RowRef> picks) {
  auto memory = std::make_shared<ResultMemory>();
  const std::vector<bool> shares = ChooseShared(sources, picks);
  for (size_t i = 0; i < sources.size(); ++i) {
    if (shares[i]) memory->shared.push_back(sources[i]);
  }
  ColumnBatch batch;
  batch.row_count = picks.size();
  CellCopier copier(memory->arena);
  std::vector<const ColumnData*> loaded(sources.size());
  for (const Column& column : columns) {
    for (size_t i = 0; i < sources.size(); ++i) {
      ASSIGN_OR_RETURN(loaded[i], sources[i]->Load(column));
    }
    batch.columns.push_back(GatherColumn(CellTypeOf(column.field), loaded, picks, shares, copier));
  }
  batch.memory = std::move(memory);
  return batch;
}

}  // namespace spanhound::store
