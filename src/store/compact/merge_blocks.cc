#include "store/compact/merge_blocks.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "store/block/row_sorter.h"
#include "store/columns/chunk_codec.h"
#include "store/columns/gather.h"

namespace spanhound::store {
namespace {

class BlockMerge {
 public:
  BlockMerge(std::span<const BlockPtr> blocks, const std::atomic<bool>& cancelled)
      : blocks_(blocks),
        cancelled_(cancelled),
        table_(blocks[0]->footer().table),
        tenant_(blocks[0]->footer().tenant) {}

  Result<BlockSummary> Write(WritableFile& file, size_t row_group_rows) {
    for (const BlockPtr& block : blocks_) RETURN_IF_ERROR(Read(*block));
    std::vector<RowRef> rows = SortRows(chunks_);
    if (table_ == Table::kSpans) DropDuplicates(rows);
    const ChunkPtr merged = ChunkOf(rows);
    return WriteBlock(file, std::span(&merged, 1), row_group_rows);
  }

 private:
  Status Read(const BlockReader& block) {
    for (size_t group = 0; group < block.footer().row_groups.size(); ++group) {
      if (cancelled_) return Status(Code::kCancelled, "the merge was stopped");
      ASSIGN_OR_RETURN(auto rows, block.OpenRows(group));
      auto chunk = std::make_shared<Chunk>();
      chunk->table = table_;
      chunk->row_count = rows->row_count();
      for (const StoredColumn& column : StoredColumns(table_)) {
        ASSIGN_OR_RETURN(const ColumnData* data, rows->Load({column.field}));
        chunk->columns.push_back(*data);
      }
      chunks_.push_back(std::move(chunk));
      read_.push_back(std::move(rows));
    }
    return Status::Ok();
  }

  // Equal spans have equal keys, so they are neighbours in the sorted order.
  void DropDuplicates(std::vector<RowRef>& rows) const {
    std::set<std::string> seen;  // of the rows that share one key, if there are several
    std::vector<RowRef> kept;
    for (size_t i = 0; i < rows.size(); ++i) {
      const bool is_first = i == 0 || KeyOf(rows[i]) != KeyOf(rows[i - 1]);
      const bool is_last = i + 1 == rows.size() || KeyOf(rows[i]) != KeyOf(rows[i + 1]);
      if (is_first) seen.clear();
      if ((is_first && is_last) || seen.insert(BytesOf(rows[i])).second) kept.push_back(rows[i]);
    }
    rows = std::move(kept);
  }

  std::tuple<model::TraceId, uint64_t, model::SpanId> KeyOf(RowRef row) const {
    const Chunk& chunk = *chunks_[row.source];
    return {chunk.cells<model::TraceId>(Field::kTraceId)[row.row],
            chunk.cells<uint64_t>(Field::kTime)[row.row],
            chunk.cells<model::SpanId>(Field::kSpanId)[row.row]};
  }

  // Every stored field: equal bytes, equal rows.
  std::string BytesOf(RowRef row) const {
    std::string bytes;
    AppendChunk(bytes, *ChunkOf(std::span(&row, 1)));
    return bytes;
  }

  // Shares the memory of the row sets.
  ChunkPtr ChunkOf(std::span<const RowRef> rows) const {
    auto chunk = std::make_shared<Chunk>();
    chunk->table = table_;
    chunk->tenant = tenant_;
    chunk->row_count = rows.size();
    CellCopier copier(chunk->memory.arena());
    std::vector<const ColumnData*> sources(chunks_.size());
    for (size_t column = 0; column < StoredColumns(table_).size(); ++column) {
      for (size_t i = 0; i < chunks_.size(); ++i) sources[i] = &chunks_[i]->columns[column];
      chunk->columns.push_back(GatherColumn(StoredColumns(table_)[column].type, sources, rows,
                                            std::vector<bool>(chunks_.size(), true), copier));
    }
    FinishChunk(*chunk);
    return chunk;
  }

  const std::span<const BlockPtr> blocks_;
  const std::atomic<bool>& cancelled_;
  const Table table_;
  const std::string tenant_;
  std::vector<std::unique_ptr<RowSet>> read_;
  std::vector<ChunkPtr> chunks_;  // one a row group; their cells point into read_
};

}  // namespace

Result<BlockSummary> MergeBlocks(WritableFile& file, std::span<const BlockPtr> blocks,
                                 size_t row_group_rows, const std::atomic<bool>& cancelled) {
  return BlockMerge(blocks, cancelled).Write(file, row_group_rows);
}

}  // namespace spanhound::store
