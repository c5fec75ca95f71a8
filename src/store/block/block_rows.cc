#include "store/block/block_rows.h"

#include "store/columns/chunk_codec.h"
#include "store/columns/column_codec.h"

namespace spanhound::store {

BlockRows::BlockRows(BlockPtr block, size_t row_count, RowGroupDirectory directory)
    : RowSet(block->footer().table, row_count),
      block_(std::move(block)),
      directory_(std::move(directory)),
      columns_(directory_.columns.size()),
      is_loaded_(directory_.columns.size()),
      memory_(arena_, kChunkBytesMax) {}

uint64_t BlockRows::memory_bytes() const {
  return arena_.allocated_bytes() + section_bytes_ + cell_bytes_;
}

Result<ByteReader> BlockRows::ReadKept(const SectionRef& ref) {
  ASSIGN_OR_RETURN(std::string bytes, block_->Read(ref));
  section_bytes_ += bytes.size();
  return ByteReader(sections_.emplace_back(std::move(bytes)));
}

Result<const ColumnData*> BlockRows::LoadStored(Field field) {
  const size_t index = static_cast<size_t>(StoredIndex(table(), field));
  if (!is_loaded_[index]) {
    if (const auto dependency = DependencyOf(field)) {
      RETURN_IF_ERROR(LoadStored(*dependency).status());
    }
    RETURN_IF_ERROR(Decode(index));
    is_loaded_[index] = true;
    cell_bytes_ += row_count() * sizeof(model::AttributeValue);
  }
  return &columns_[index];
}

Status BlockRows::Decode(size_t index) {
  if (StoredColumns(table())[index].field == Field::kAttributes) {
    AttributeRows rows;
    RETURN_IF_ERROR(DecodeAttributes(&rows));
    columns_[index] = std::move(rows);
    return Status::Ok();
  }
  ASSIGN_OR_RETURN(ByteReader in, ReadKept(directory_.columns[index]));
  if (!ReadColumn(in, table(), index, row_count(), block_->footer().dictionaries, memory_,
                  &columns_)) {
    return block_->Damaged("a column is damaged");
  }
  return Status::Ok();
}

Status BlockRows::LoadShapes() {
  if (shapes_) return Status::Ok();
  const size_t index = static_cast<size_t>(StoredIndex(table(), Field::kAttributes));
  ASSIGN_OR_RETURN(ByteReader in, ReadKept(directory_.columns[index]));
  AttributeShapes shapes;
  if (!ReadShapes(in, row_count(), memory_, &shapes) ||
      shapes.streams.size() != directory_.streams.size()) {
    return block_->Damaged("the shapes of attributes are damaged");
  }
  shapes_ = std::move(shapes);
  return Status::Ok();
}

Status BlockRows::ReadStreamValues(size_t stream, StreamValues* values) {
  ASSIGN_OR_RETURN(ByteReader in, ReadKept(directory_.streams[stream]));
  if (!ReadStream(in, shapes_->streams[stream], memory_, values)) {
    return block_->Damaged("the values of an attribute are damaged");
  }
  return Status::Ok();
}

Status BlockRows::DecodeAttributes(AttributeRows* rows) {
  RETURN_IF_ERROR(LoadShapes());
  std::vector<StreamValues> streams(shapes_->streams.size());
  for (size_t i = 0; i < streams.size(); ++i) RETURN_IF_ERROR(ReadStreamValues(i, &streams[i]));
  if (!AssembleRows(*shapes_, streams, memory_, rows)) {
    return block_->Damaged("the attributes of a row group are too large");
  }
  return Status::Ok();
}

Result<std::vector<model::AttributeValue>> BlockRows::ReadAttribute(const std::string& key) {
  RETURN_IF_ERROR(LoadShapes());
  std::vector<StreamValues> streams(shapes_->streams.size());
  for (size_t i = 0; i < streams.size(); ++i) {
    if (shapes_->streams[i].key != key) continue;
    RETURN_IF_ERROR(ReadStreamValues(i, &streams[i]));
  }
  cell_bytes_ += row_count() * sizeof(model::AttributeValue);
  return AssembleKey(*shapes_, streams, key);
}

}  // namespace spanhound::store
