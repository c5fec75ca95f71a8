#include "store/block/check_block.h"

#include <algorithm>

#include "base/checksum.h"
#include "store/block/block_writer.h"
#include "store/block/group_attributes.h"
#include "store/block/trace_index.h"
#include "store/encoding/value_filter.h"

namespace spanhound::store {
namespace {

class BlockCheck {
 public:
  explicit BlockCheck(const BlockReader& block)
      : block_(block), footer_(block.footer()), value_counts_(footer_.columns.size()) {}

  Status Run() {
    for (uint32_t i = 0; i < footer_.columns.size(); ++i) {
      ASSIGN_OR_RETURN(const auto dictionary, block_.Dictionary(i));
      if (dictionary != nullptr && !dictionary->All()) {
        return block_.Damaged("a dictionary is damaged");
      }
      RETURN_IF_ERROR(block_.Filters(i).status());
    }
    for (uint32_t group = 0; group < footer_.row_groups.size(); ++group) {
      RETURN_IF_ERROR(CheckGroup(group));
    }
    if (row_count_ != footer_.row_count || !(bounds_ == footer_.bounds)) {
      return block_.Damaged("its row groups are not what the footer says");
    }
    RETURN_IF_ERROR(CheckValueCounts());
    RETURN_IF_ERROR(CheckIndex());
    return CheckCatalog();
  }

 private:
  Status CheckGroup(uint32_t number) {
    const RowGroup& group = footer_.row_groups[number];
    ASSIGN_OR_RETURN(const auto rows, block_.OpenRows(number));
    for (const StoredColumn& column : StoredColumns(footer_.table)) {
      RETURN_IF_ERROR(rows->Load({column.field}).status());
    }
    RETURN_IF_ERROR(CheckBounds(*rows, group));
    ASSIGN_OR_RETURN(const auto traces, rows->LoadCells<model::TraceId>({Field::kTraceId}));
    index_.AddGroup(number, *traces);
    row_count_ += group.row_count;
    bounds_.Add(group.bounds);
    return CheckFilters(number, group.row_count);
  }

  Status CheckBounds(RowSet& rows, const RowGroup& group) {
    ASSIGN_OR_RETURN(const auto times, rows.LoadCells<uint64_t>({Field::kTime}));
    const std::vector<uint64_t>* durations = nullptr;
    if (footer_.table == Table::kSpans) {
      ASSIGN_OR_RETURN(durations, rows.LoadCells<uint64_t>({Field::kDuration}));
    }
    RowBounds bounds;
    for (size_t i = 0; i < times->size(); ++i) {
      bounds.Add((*times)[i], durations == nullptr ? 0 : (*durations)[i]);
    }
    if (bounds == group.bounds) return Status::Ok();
    return block_.Damaged("the bounds of a row group do not hold");
  }

  // A filter that denies a value would hide it.
  Status CheckFilters(uint32_t number, size_t row_count) {
    ASSIGN_OR_RETURN(const GroupDirectory directory, block_.Directory(number));
    Arena arena;
    DecodeMemory memory(arena, kChunkBytesMax);
    GroupAttributes attributes(block_, directory, row_count, memory);
    std::vector<std::string_view> filters;
    for (const GroupColumn& values : directory.values) {
      value_counts_[values.column] += values.value_count;
      ASSIGN_OR_RETURN(const auto of_column, block_.Filters(values.column));
      filters.push_back(of_column->by_group[number]);
    }
    bool all_hold = true;
    RETURN_IF_ERROR(attributes.ForEach([&](uint32_t, uint32_t place, const auto& value) {
      const ValueColumnId& id = footer_.columns[directory.values[place].column].id;
      if (filters[place].empty() || id.is_rest() || value.type != model::ValueType::kString) return;
      all_hold = all_hold && FilterMayHold(filters[place], Checksum64(value.text()));
    }));
    return all_hold ? Status::Ok() : block_.Damaged("a filter denies a value that is there");
  }

  Status CheckValueCounts() {
    for (size_t i = 0; i < footer_.columns.size(); ++i) {
      if (value_counts_[i] != footer_.columns[i].value_count) {
        return block_.Damaged("the footer counts other values of a column than its row groups");
      }
    }
    return Status::Ok();
  }

  Status CheckIndex() {
    ASSIGN_OR_RETURN(const std::vector<uint64_t> entries, block_.TraceIndexEntries());
    if (entries == std::move(index_).SortedEntries()) return Status::Ok();
    return block_.Damaged("the trace index does not fit the rows");
  }

  Status CheckCatalog() {
    ASSIGN_OR_RETURN(const auto catalog, block_.ReadCatalog());
    uint64_t span_count = 0;
    for (const BlockOperation& operation : catalog->operations) span_count += operation.span_count;
    const bool is_complete = catalog->operations.size() < kBlockOperationsMax;
    if (footer_.table == Table::kSpans && is_complete && span_count != footer_.row_count) {
      return block_.Damaged("the catalog does not account for every span");
    }
    return Status::Ok();
  }

  const BlockReader& block_;
  const BlockFooter& footer_;
  std::vector<uint64_t> value_counts_;  // by value column
  TraceIndexBuilder index_;
  uint64_t row_count_ = 0;
  RowBounds bounds_;
};

}  // namespace

Status CheckBlock(const BlockReader& block) { return BlockCheck(block).Run(); }

}  // namespace spanhound::store
