// The operations of a block as rows: service, name and kind, once for all spans that share them.
// Counting by these needs to read nothing but the catalog then.
#pragma once

#include <memory>
#include <vector>

#include "base/arena.h"
#include "store/block/block_reader.h"
#include "store/columns/row_set.h"

namespace spanhound::store {

// The only columns that OperationRows has.
inline constexpr Field kOperationFields[] = {Field::kServiceName, Field::kName, Field::kKind};

class OperationRows : public RowSet {
 public:
  explicit OperationRows(std::shared_ptr<const BlockCatalog> catalog);

  // Spans of every row; nothing if the catalog does not account for every span of the block.
  static std::optional<std::vector<uint64_t>> SpanCounts(const BlockCatalog& catalog,
                                                         uint64_t row_count);

  uint64_t memory_bytes() const override { return arena_.allocated_bytes(); }

 protected:
  Result<const ColumnData*> LoadStored(Field field) override;
  Result<std::vector<model::AttributeValue>> ReadAttribute(const std::string& key) override;

 private:
  const std::shared_ptr<const BlockCatalog> catalog_;
  Arena arena_;
  ColumnData resources_;
  ColumnData names_;
  ColumnData kinds_;
};

}  // namespace spanhound::store
