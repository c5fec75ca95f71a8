// RowSet: the rows of one chunk or row group during one scan, columns on demand. Filters and
// results read rows through it and cannot tell where the rows lie. Stored columns come from the
// source; derived ones (duration, service name, single attributes) are made from them. Whole
// columns are kept, single rows are not. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "store/columns/gather.h"
#include "store/columns/schema.h"
#include "store/columns/value_condition.h"

namespace spanhound::store {

struct NewestRows {
  std::vector<uint32_t> rows;    // ascending
  uint64_t others_max_time = 0;  // of the rows that are not among them
};

class RowSet {
 public:
  RowSet(Table table, size_t row_count) : table_(table), row_count_(row_count) {}
  virtual ~RowSet() = default;

  Table table() const { return table_; }
  size_t row_count() const { return row_count_; }

  // The cells of any result column. Valid as long as the row set. DATA_LOSS for a damaged file.
  Result<const ColumnData*> Load(const Column& column);

  template <typename Cell>
  Result<const std::vector<Cell>*> LoadCells(const Column& column) {
    ASSIGN_OR_RETURN(const ColumnData* data, Load(column));
    return &std::get<std::vector<Cell>>(*data);
  }

  // The cells of `rows` only, in that order, copied by `copier` so that they outlive the row set,
  // unless it may share.
  Result<ColumnData> LoadRows(const Column& column, std::span<const uint32_t> rows,
                              CellCopier& copier);

  // False if it is known, without reading any row, that none has this attribute: of the row itself,
  // its resource, scope, events or links.
  virtual Result<bool> MayHave(const Column& column);

  // Clears the rows of `mask` whose first value of `key`, kEmpty where absent, fails `holds`. A
  // value that many rows share may be tested once for all.
  virtual Status KeepRowsWith(const std::string& key, const ValueCondition& holds,
                              std::span<uint8_t> mask);

  // Some of the newest rows, if the source knows which they are: a search for the newest rows looks
  // at them before it looks at all. Null: it does not know.
  virtual Result<const NewestRows*> Newest() { return nullptr; }

  // What reading has taken beyond what the source holds anyway.
  virtual uint64_t memory_bytes() const = 0;

 protected:
  virtual Result<const ColumnData*> LoadStored(Field field) = 0;
  // The first value of `key` of every row's own attributes.
  virtual Result<std::vector<model::AttributeValue>> ReadAttribute(const std::string& key) = 0;

  // The same for some rows. Sources that can reach single rows need not decode whole columns.
  virtual Result<ColumnData> LoadStoredRows(Field field, std::span<const uint32_t> rows,
                                            CellCopier& copier);
  virtual Result<ColumnData> ReadAttributeRows(const std::string& key,
                                               std::span<const uint32_t> rows, CellCopier& copier);
  // Of `rows` in that order, or of all, if the source has durations stored and need not read times
  // for them. Nothing: they are to be made from times.
  virtual Result<std::optional<ColumnData>> ReadDurations(
      std::optional<std::span<const uint32_t>> rows);

 private:
  Result<ColumnData> Derive(const Column& column);

  const Table table_;
  const size_t row_count_;
  std::vector<std::pair<Column, std::unique_ptr<ColumnData>>> derived_;
};

}  // namespace spanhound::store
