// The rows of one row group, or some of them: reads and decodes the columns that are asked for,
// once; where single rows are asked for, only what these need.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/block/block_reader.h"
#include "store/block/group_attributes.h"
#include "store/block/group_format.h"
#include "store/block/stored_rows.h"

namespace spanhound::store {

class BlockRows : public RowSet {
 public:
  // `selection`: ascending rows of the group, which are all there is then; nothing: all rows.
  BlockRows(BlockPtr block, std::shared_ptr<const BlockEntries> entries, uint32_t group,
            std::shared_ptr<const GroupDirectory> directory,
            std::optional<std::vector<uint32_t>> selection);

  uint64_t memory_bytes() const override;
  Result<bool> MayHave(const Column& column) override;
  Status KeepRowsWith(const std::string& key, const ValueCondition& holds,
                      std::span<uint8_t> mask) override;
  Result<const NewestRows*> Newest() override;

 protected:
  Result<const ColumnData*> LoadStored(Field field) override;
  Result<std::vector<model::AttributeValue>> ReadAttribute(const std::string& key) override;
  Result<ColumnData> LoadStoredRows(Field field, std::span<const uint32_t> rows,
                                    CellCopier& copier) override;
  Result<ColumnData> ReadAttributeRows(const std::string& key, std::span<const uint32_t> rows,
                                       CellCopier& copier) override;
  Result<std::optional<ColumnData>> ReadDurations(
      std::optional<std::span<const uint32_t>> rows) override;

 private:
  const std::vector<uint32_t>& OwnRows();
  // Below, `rows` are rows of the group, ascending.
  Status DecodeValues(Field field, CellType type, std::span<const uint32_t> rows,
                      ColumnData* column);
  // Of all rows of the group, selected or not: columns depend on one another.
  Status DecodeStored(size_t index);
  Result<ColumnData> ReadRows(size_t index, std::span<const uint32_t> rows);
  // False on damage.
  Result<bool> ReadStoredRows(Field field, std::span<const uint32_t> rows, ColumnData* cells);
  Status ReadTimesOf(std::span<const uint32_t> rows, std::vector<uint64_t>* times);
  Status ReadEndsOf(std::span<const uint32_t> rows, std::vector<uint64_t>* ends);
  // In any order.
  Result<std::optional<ColumnData>> ReadDurationsOf(std::span<const uint32_t> rows);
  Result<bool> ReadParentsOf(std::span<const uint32_t> rows, SpanIds* parents);
  Result<const TraceRuns*> Runs();
  Status CheckMayBeMissing(CellType type) const;
  // The bytes of a stored column.
  Result<std::string_view> Section(size_t index);

  const BlockPtr block_;
  const std::shared_ptr<const BlockEntries> entries_;
  const uint32_t group_;
  const size_t group_row_count_;
  const std::shared_ptr<const GroupDirectory> directory_ptr_;
  const GroupDirectory& directory_;
  const bool has_selection_;
  std::vector<uint32_t> rows_;      // of the group; if all, once they are asked for
  std::vector<ColumnData> stored_;  // of the whole group
  std::vector<bool> is_stored_;
  std::vector<ColumnData> selected_;  // of `rows_`, if that is not the whole group
  std::vector<bool> is_selected_;
  std::vector<std::optional<std::string>> sections_;  // by stored column; cells point into them
  std::shared_ptr<const TraceRuns> runs_;
  std::shared_ptr<const GroupTimes> times_;  // if they are kept
  uint64_t section_bytes_ = 0;
  uint64_t cell_bytes_ = 0;
  Arena arena_;
  DecodeMemory memory_;
  GroupAttributes attributes_;
};

}  // namespace spanhound::store
