// The rows of a chunk as a RowSet: every stored column is there already.
#pragma once

#include "store/columns/chunk.h"
#include "store/columns/row_set.h"

namespace spanhound::store {

class ChunkRows : public RowSet {
 public:
  explicit ChunkRows(ChunkPtr chunk)
      : RowSet(chunk->table, chunk->row_count), chunk_(std::move(chunk)) {}

  uint64_t memory_bytes() const override { return 0; }

 protected:
  Result<const ColumnData*> LoadStored(Field field) override { return &chunk_->column(field); }

  Result<std::vector<model::AttributeValue>> ReadAttribute(const std::string& key) override {
    const auto& rows = chunk_->cells<std::span<const model::Attribute>>(Field::kAttributes);
    std::vector<model::AttributeValue> values(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      if (const auto* value = model::FindAttribute(rows[i], key)) values[i] = *value;
    }
    return values;
  }

  Result<ColumnData> ReadAttributeRows(const std::string& key, std::span<const uint32_t> rows,
                                       CellCopier& copier) override {
    const auto& lists = chunk_->cells<std::span<const model::Attribute>>(Field::kAttributes);
    std::vector<model::AttributeValue> values(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      if (const auto* value = model::FindAttribute(lists[rows[i]], key)) {
        values[i] = copier.Copy(*value);
      }
    }
    return ColumnData(std::move(values));
  }

 private:
  const ChunkPtr chunk_;
};

}  // namespace spanhound::store
