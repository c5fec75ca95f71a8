#include "store/columns/chunk_rows.h"

#include <algorithm>

#include "store/columns/attribute_streams.h"
#include "store/columns/column_codec.h"

namespace spanhound::store {
namespace {

uint64_t CellBytes(const ColumnData& column) {
  return std::visit([](const auto& cells) -> uint64_t { return std::span(cells).size_bytes(); },
                    column);
}

Status Damaged() { return DataLoss("a column of the live data is damaged"); }

}  // namespace

ChunkRows::ChunkRows(ChunkPtr chunk)
    : RowSet(chunk->table, chunk->row_count),
      chunk_(std::move(chunk)),
      columns_(chunk_->columns.size()),
      is_loaded_(chunk_->columns.size()),
      memory_(arena_, kChunkBytesMax) {}

uint64_t ChunkRows::memory_bytes() const { return arena_.allocated_bytes() + cell_bytes_; }

Result<const ColumnData*> ChunkRows::LoadStored(Field field) {
  const size_t index = static_cast<size_t>(StoredIndex(table(), field));
  if (!is_loaded_[index]) {
    if (const auto dependency = DependencyOf(field)) {
      RETURN_IF_ERROR(LoadStored(*dependency).status());
    }
    if (!ReadColumn(chunk_->columns[index], table(), index, row_count(), chunk_->dictionaries,
                    memory_, &columns_)) {
      return Damaged();
    }
    is_loaded_[index] = true;
    cell_bytes_ += CellBytes(columns_[index]);
  }
  return &columns_[index];
}

Result<bool> ChunkRows::MayHave(const Column& column) {
  const auto has_key = [&column](const auto& entry) {
    return model::FindAttribute(entry.attributes, column.key) != nullptr;
  };
  switch (column.field) {
    case Field::kAttribute: {
      std::vector<std::string_view> keys;
      if (!ReadStreamKeys(chunk_->column(Field::kAttributes), &keys)) return Damaged();
      return std::ranges::find(keys, column.key) != keys.end();
    }
    case Field::kResourceAttribute:
      return std::ranges::any_of(chunk_->dictionaries.resources, has_key);
    case Field::kScopeAttribute: return std::ranges::any_of(chunk_->dictionaries.scopes, has_key);
    case Field::kEventAttribute: return !chunk_->column(Field::kEvents).empty();
    case Field::kLinkAttribute: return !chunk_->column(Field::kLinks).empty();
    default: return true;
  }
}

Result<std::vector<model::AttributeValue>> ChunkRows::ReadAttribute(const std::string& key) {
  const std::string_view bytes = chunk_->column(Field::kAttributes);
  if (bytes.empty()) return std::vector<model::AttributeValue>(row_count());
  ByteReader in(bytes);
  AttributeShapes shapes;
  if (!ReadShapes(in, row_count(), memory_, &shapes)) return Damaged();
  std::vector<StreamValues> streams(shapes.streams.size());
  for (size_t i = 0; i < streams.size(); ++i) {
    ByteReader stream(in.ReadLengthPrefixed());
    if (shapes.streams[i].key != key) continue;
    if (!ReadStream(stream, shapes.streams[i], memory_, &streams[i])) return Damaged();
  }
  if (!in.ok()) return Damaged();
  return AssembleKey(shapes, streams, key);
}

}  // namespace spanhound::store
