// Writes row groups: rows of a RowTable, column by column, as sections of a block file; and
// collects what the block says of its groups as a whole (filters). One thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "store/block/block_columns.h"
#include "store/block/block_format.h"
#include "store/block/group_format.h"
#include "store/block/row_table.h"
#include "store/block/section.h"

namespace spanhound::store {

class GroupWriter {
 public:
  GroupWriter(SectionWriter& out, const BlockColumns& columns) : out_(out), columns_(columns) {}

  // `order`: rows of the table in the order in which they are written, at most kRowGroupRowsMax.
  // Row count, bounds and directory of the result are filled.
  Result<RowGroup> Write(const RowTable& rows, std::span<const uint32_t> order);

  // For each value column, a filter of each row group that has one (format: block.md).
  const std::vector<std::string>& filters() const { return filters_; }
  // Values written, by value column.
  const std::vector<uint64_t>& value_counts() const { return value_counts_; }

 private:
  // The values of one column in the group that is being written.
  struct Gathered {
    std::vector<uint32_t> rows;   // of the group, that have a value
    std::vector<uint32_t> codes;  // theirs
  };

  void GatherCells(const RowTable& rows, std::span<const uint32_t> order);
  void GatherText(const RowTable& rows, std::span<const uint32_t> order);
  // The shape of every row, or none if there are too many.
  bool FindShapes(const RowTable& rows, std::span<const uint32_t> order, GroupShapes* shapes) const;
  Status WriteStored(size_t index, const RowTable& rows, std::span<const uint32_t> order);
  Status WriteValues(size_t row_count, bool by_shapes);
  void AddFilter(uint32_t column, std::span<const uint32_t> codes);

  SectionWriter& out_;
  const BlockColumns& columns_;
  GroupDirectory directory_;
  std::vector<Gathered> gathered_;  // by column of the block
  std::vector<uint32_t> places_;  // by column of the block: index into directory_.values, plus one
  std::vector<std::string> filters_;
  std::vector<uint64_t> value_counts_;
  uint32_t group_count_ = 0;
};

}  // namespace spanhound::store
