// The rows of one row group: reads and decodes the columns that are asked for, once.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/block/block_reader.h"
#include "store/columns/attribute_streams.h"

namespace spanhound::store {

class BlockRows : public RowSet {
 public:
  BlockRows(BlockPtr block, size_t row_count, RowGroupDirectory directory);

  uint64_t memory_bytes() const override;

 protected:
  Result<const ColumnData*> LoadStored(Field field) override;
  Result<std::vector<model::AttributeValue>> ReadAttribute(const std::string& key) override;

 private:
  // The bytes of a section, kept because decoded cells point into them.
  Result<ByteReader> ReadKept(const SectionRef& ref);
  Status Decode(size_t index);
  Status LoadShapes();
  Status ReadStreamValues(size_t stream, StreamValues* values);
  Status DecodeAttributes(AttributeRows* rows);

  const BlockPtr block_;
  const RowGroupDirectory directory_;
  std::vector<ColumnData> columns_;
  std::vector<bool> is_loaded_;
  std::optional<AttributeShapes> shapes_;
  std::deque<std::string> sections_;
  uint64_t section_bytes_ = 0;
  uint64_t cell_bytes_ = 0;
  Arena arena_;
  DecodeMemory memory_;
};

}  // namespace spanhound::store
