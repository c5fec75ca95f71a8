// MergeSource: one of the blocks that are merged, read row group by row group. Values keep their
// codes: those of the old block's dictionaries are looked up in the new one's once an entry, not
// once a row. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "store/block/block_columns.h"
#include "store/block/block_reader.h"
#include "store/block/row_table.h"

namespace spanhound::store {

class MergeSource {
 public:
  // `columns`: of the new block; outlives the source.
  MergeSource(BlockPtr block, BlockColumns& columns);

  const BlockReader& block() const { return *block_; }

  // The rows of a group, decoded; what they point to lives as long as they do. The latest are
  // remembered: traces of a merge take turns.
  Result<std::shared_ptr<const SourceRows>> Rows(uint32_t group);

 private:
  struct Group;

  Result<std::shared_ptr<Group>> Decode(uint32_t group);
  void DecodeEntries(Group& group) const;
  Status DecodeValues(Group& group);
  Status FindColumns(Group& group);
  // A value of a column of this block as the new block has it.
  RowCell CellOf(uint32_t column, const model::AttributeValue& value, SourceRows& source);

  static constexpr size_t kGroupsKept = 3;

  const BlockPtr block_;
  BlockColumns& columns_;
  std::vector<uint32_t> new_columns_;             // by value column of this block
  std::vector<std::vector<uint32_t>> new_codes_;  // by value column and entry of its dictionary
  std::vector<std::shared_ptr<const ValueDictionary>> dictionaries_;  // by value column
  // What the resources and scopes of all groups point into.
  std::shared_ptr<const BlockEntries> entries_;
  std::deque<std::pair<uint32_t, std::shared_ptr<Group>>> groups_;
};

}  // namespace spanhound::store
