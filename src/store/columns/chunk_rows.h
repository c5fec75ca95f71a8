// The rows of a chunk as a RowSet: columns are decoded when they are asked for, once.
#pragma once

#include <vector>

#include "store/columns/chunk.h"
#include "store/columns/decode_memory.h"
#include "store/columns/row_set.h"

namespace spanhound::store {

class ChunkRows : public RowSet {
 public:
  explicit ChunkRows(ChunkPtr chunk);

  uint64_t memory_bytes() const override;
  Result<bool> MayHave(const Column& column) override;

 protected:
  Result<const ColumnData*> LoadStored(Field field) override;
  Result<std::vector<model::AttributeValue>> ReadAttribute(const std::string& key) override;

 private:
  const ChunkPtr chunk_;
  std::vector<ColumnData> columns_;
  std::vector<bool> is_loaded_;
  uint64_t cell_bytes_ = 0;
  Arena arena_;
  DecodeMemory memory_;
};

}  // namespace spanhound::store
