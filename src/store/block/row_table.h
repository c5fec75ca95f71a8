// RowTable: rows on their way into a block, in memory. Numbers lie in vectors; resources, scopes,
// text and attribute values are codes of BlockColumns. Attributes are kept row by row, because
// rows change their order before they are written column by column. Text is not copied: chunks and
// decoded row groups outlive the table. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/arena.h"
#include "store/block/block_columns.h"
#include "store/columns/chunk.h"
#include "store/columns/event_codec.h"

namespace spanhound::store {

// One attribute (or log body) of one row.
struct RowCell {
  uint32_t column;  // of BlockColumns
  uint32_t code;    // of that column's values
};

// Rows of a row group of another block, decoded: where a merge takes rows from.
struct SourceRows {
  // In place of the code of a text, attribute or body: an index into `values`, for a value that the
  // new block's dictionaries do not have.
  static constexpr uint32_t kValueFlag = 1u << 31;

  std::vector<const ColumnData*> stored;     // by stored column; null for text, attributes, bodies
  std::vector<std::vector<uint32_t>> codes;  // by stored column, of resources, scopes and text;
                                             // no codes of text: all are empty
  std::vector<uint64_t> cell_ends;           // of the row before; one more than rows
  std::vector<RowCell> cells;                // attributes and bodies
  std::vector<const model::AttributeValue*> values;
};

class RowTable {
 public:
  using Cell = RowCell;

  RowTable(Table table, BlockColumns& columns);

  // So many rows will be appended: vectors are made once instead of moved while they grow.
  void Expect(size_t row_count) { expected_rows_ = row_count; }
  // DATA_LOSS for a chunk that cannot be decoded; the table is then of no use any more.
  Status AppendChunk(const Chunk& chunk);
  void AppendRows(const SourceRows& source, size_t first, size_t end);

  // Whether two rows are equal in every field.
  bool AreEqual(uint32_t a, uint32_t b) const;

  Table table() const { return table_; }
  size_t row_count() const { return trace_ids_.size(); }

  // By row. Of the vectors behind `numbers`, `codes`, `parents`, `events` and `links` any may be
  // empty: then every cell is zero, empty or none.
  const std::vector<model::TraceId>& trace_ids() const { return trace_ids_; }
  const std::vector<model::SpanId>& span_ids() const { return span_ids_; }
  const std::vector<model::SpanId>& parents() const { return parents_; }
  const std::vector<uint64_t>& numbers(Field field) const { return numbers_[Index(field)]; }
  const std::vector<uint32_t>& codes(Field field) const { return codes_[Index(field)]; }
  const EventRows& events() const { return events_; }
  const LinkRows& links() const { return links_; }
  std::span<const Cell> cells(uint32_t row) const {
    return std::span(cells_).subspan(cell_ends_[row], cell_ends_[row + 1] - cell_ends_[row]);
  }
  // Fetch what `cells` will read of a row: where they are, then both ends of them.
  void PrefetchPlace(uint32_t row) const { __builtin_prefetch(&cell_ends_[row]); }
  void PrefetchCells(uint32_t row) const {
    __builtin_prefetch(cells_.data() + cell_ends_[row]);
    __builtin_prefetch(cells_.data() + cell_ends_[row + 1]);
  }
  // The column of BlockColumns behind codes(field) of a text field.
  uint32_t text_column(Field field) const { return text_columns_[Index(field)]; }

 private:
  class ChunkAppender;

  void AppendSourceText(const SourceRows& source, size_t index, size_t first, size_t end);
  void AppendSourceCells(const SourceRows& source, size_t first, size_t end);
  uint32_t SourceCode(const SourceRows& source, uint32_t column, uint32_t code);
  bool HaveEqualCells(uint32_t a, uint32_t b) const;

  size_t Index(Field field) const { return static_cast<size_t>(StoredIndex(table_, field)); }

  const Table table_;
  BlockColumns& columns_;
  size_t expected_rows_ = 0;
  std::vector<uint32_t> text_columns_;  // by stored column
  std::vector<model::TraceId> trace_ids_;
  std::vector<model::SpanId> span_ids_;
  std::vector<model::SpanId> parents_;
  std::vector<std::vector<uint64_t>> numbers_;  // by stored column
  std::vector<std::vector<uint32_t>> codes_;    // by stored column
  EventRows events_;
  LinkRows links_;
  std::vector<uint64_t> cell_ends_;  // of the row before; one more than rows
  std::vector<Cell> cells_;
  Arena arena_;  // of decoded events and links
};

}  // namespace spanhound::store
