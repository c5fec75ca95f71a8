// The attributes (and log bodies) of a row group, read back: whole lists of some rows, or the
// values of one key. Only the columns that are needed are read and decoded, each once. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/block/block_reader.h"
#include "store/block/group_format.h"
#include "store/block/group_values.h"
#include "store/columns/attribute_streams.h"
#include "store/columns/decode_memory.h"
#include "store/columns/row_set.h"

namespace spanhound::store {

class GroupAttributes {
 public:
  // All outlive it. `group`: the number of the row group, for what the block keeps of it; nothing:
  // it is to keep nothing.
  GroupAttributes(const BlockReader& block, const GroupDirectory& directory, size_t row_count,
                  DecodeMemory& memory, std::optional<uint32_t> group = {});

  // `rows`: ascending. Results are in their order.
  Status Lists(std::span<const uint32_t> rows, AttributeRows* lists);
  // The first value of `key`, kEmpty where there is none.
  Status ValuesOf(std::string_view key, std::span<const uint32_t> rows,
                  std::vector<model::AttributeValue>* values);
  Status Bodies(std::span<const uint32_t> rows, std::vector<model::AttributeValue>* values);
  // Of a field that is text; every row has a value if the row group has the column.
  Status Texts(Field field, std::span<const uint32_t> rows, std::vector<std::string_view>* texts);

  // False if no row has it.
  bool MayHave(std::string_view key) const;
  // Clears the entries of `mask`, one for each of `rows`, whose first value of `key` (kEmpty where
  // there is none) fails. A value of a dictionary is tested once a block.
  Status KeepRowsWith(std::string_view key, std::span<const uint32_t> rows,
                      const ValueCondition& holds, std::span<uint8_t> mask);

  // Calls `visit(row, place, value)` for every value of the row group: place is an index into the
  // directory's columns. Of one row, attributes come in their order. Values stay where they are;
  // those of a dictionary are its entries.
  Status ForEach(
      const std::function<void(uint32_t row, uint32_t place, const model::AttributeValue&)>& visit);

  uint64_t read_bytes() const { return read_bytes_; }

 private:
  // A value column of the group.
  struct Column {
    bool is_loaded = false;
    bool is_decoded = false;
    std::string_view bytes;  // of the values
    std::shared_ptr<const ValueDictionary> dictionary;
    std::string_view presence;      // not used if there are shapes
    std::vector<uint32_t> present;  // rows with a value, below present_end
    size_t present_end = 0;
    GroupValues values;
  };
  // A value of one row.
  struct Cell {
    uint32_t index;  // of the row, into those asked for
    uint32_t place;
    model::AttributeValue value;
  };

  const ValueColumnId& IdOf(size_t place) const;
  bool MayHold(size_t place, std::string_view key) const;
  // Made if need be.
  Column& ColumnAt(uint32_t place);
  // The one column that may hold `key`, if its codes decide alone which of all rows are kept.
  Result<std::optional<uint32_t>> ColumnOfCodes(std::string_view key);
  // Of all rows, keeps those with a value that holds.
  Status KeepRowsByCode(uint32_t place, const ValueCondition& holds, std::span<uint8_t> mask);
  std::shared_ptr<ValueCondition::Entries> TestedEntries(uint32_t place,
                                                         const ValueCondition& holds) const;
  // Before the first value of `row_count` rows is asked for.
  Status Decode(uint32_t place, size_t row_count);
  Status ReadValues(uint32_t place);
  // DATA_LOSS if a value of `places` was none of its dictionary.
  Status CheckValues(std::span<const uint32_t> places) const;
  // Lists() of single rows, where columns say themselves which rows have them.
  Status ListsOfFew(std::span<const uint32_t> rows, AttributeRows* lists);
  Status FindCells(std::span<const uint32_t> rows, std::vector<Cell>* cells);
  // Before the first value of a kept column is asked for.
  Status OpenKept(uint32_t place);
  // Puts the values of `cells`, which come place by place, into a list for each row.
  Status MakeLists(std::span<const Cell> cells, AttributeRows* lists);
  // The rows below `row_end` that have a value of the column.
  Status FindPresent(uint32_t place, size_t row_end);
  Status LoadShapes();
  // The bytes of all of `places`, with one read of the file if they lie close.
  Status LoadAll(std::span<const uint32_t> places);
  std::vector<uint32_t> PlacesOf(Field field) const;
  // Of the attributes, those that may hold `key`.
  std::vector<uint32_t> PlacesOf(std::string_view key) const;
  // Calls `visit(index into rows, place, value)` for the first value of `key` of the rows that have
  // one.
  template <typename Visit>
  Status ForEachFirst(std::string_view key, std::span<const uint32_t> rows, Visit visit);
  // Calls `visit(index into rows, place, value)` for the attributes of `rows` that are in one of
  // `places`, in the order in which a row has them.
  template <typename Visit>
  Status ForEachValue(std::span<const uint32_t> places, std::span<const uint32_t> rows,
                      Visit visit);
  template <typename Visit>
  Status ForEachByShapes(std::span<const uint32_t> places, std::span<const uint32_t> rows,
                         Visit visit);
  // Of the columns that `rows` have values of, those of `places`.
  Status DecodeColumnsOf(std::span<const uint32_t> rows,
                         const std::vector<std::vector<uint32_t>>& sequences);
  template <typename Visit>
  Status ForEachByPresence(std::span<const uint32_t> places, std::span<const uint32_t> rows,
                           Visit visit);

  const BlockReader& block_;
  const GroupDirectory& directory_;
  const size_t row_count_;
  DecodeMemory& memory_;
  const std::optional<uint32_t> group_;
  std::shared_ptr<const GroupColumns> kept_;               // once single rows were asked for
  std::shared_ptr<const BlockDictionaries> dictionaries_;  // with those last asked for
  std::vector<std::unique_ptr<Column>> columns_;  // by place in the directory, once asked for
  std::vector<SectionGroup> sections_;
  std::optional<GroupShapes> shapes_;
  uint64_t read_bytes_ = 0;
};

}  // namespace spanhound::store
