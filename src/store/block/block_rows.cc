#include "store/block/block_rows.h"

#include <numeric>

#include "store/block/stored_codec.h"

namespace spanhound::store {
namespace {

std::vector<uint32_t> AllRows(size_t row_count) {
  std::vector<uint32_t> rows(row_count);
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

bool IsValueColumn(CellType type) {
  return type == CellType::kText || type == CellType::kAttributes || type == CellType::kValue;
}

}  // namespace

BlockRows::BlockRows(BlockPtr block, std::shared_ptr<const BlockEntries> entries,
                     size_t group_row_count, GroupDirectory directory,
                     std::optional<std::vector<uint32_t>> selection)
    : RowSet(block->footer().table, selection ? selection->size() : group_row_count),
      block_(std::move(block)),
      entries_(std::move(entries)),
      group_row_count_(group_row_count),
      directory_(std::move(directory)),
      has_selection_(selection.has_value()),
      rows_(has_selection_ ? *std::move(selection) : AllRows(group_row_count)),
      stored_(directory_.stored.size()),
      is_stored_(directory_.stored.size()),
      selected_(directory_.stored.size()),
      is_selected_(directory_.stored.size()),
      memory_(arena_, kChunkBytesMax),
      attributes_(*block_, directory_, group_row_count, memory_) {}

uint64_t BlockRows::memory_bytes() const {
  return arena_.allocated_bytes() + section_bytes_ + cell_bytes_ + attributes_.read_bytes();
}

Result<const ColumnData*> BlockRows::LoadStored(Field field) {
  const size_t index = static_cast<size_t>(StoredIndex(table(), field));
  const CellType type = StoredColumns(table())[index].type;
  if (is_selected_[index]) return &selected_[index];
  if (IsValueColumn(type)) {
    RETURN_IF_ERROR(DecodeValues(field, type, &selected_[index]));
  } else {
    RETURN_IF_ERROR(DecodeStored(index));
    if (!has_selection_) return &stored_[index];
    selected_[index] = Selected(stored_[index]);
  }
  cell_bytes_ += row_count() * sizeof(model::AttributeValue);
  is_selected_[index] = true;
  return &selected_[index];
}

Status BlockRows::DecodeValues(Field field, CellType type, ColumnData* column) {
  *column = EmptyColumn(type);
  if (type == CellType::kAttributes) {
    return attributes_.Lists(rows_, &std::get<AttributeRows>(*column));
  }
  if (type == CellType::kValue) {
    return attributes_.Bodies(rows_, &std::get<std::vector<model::AttributeValue>>(*column));
  }
  return attributes_.Texts(field, rows_, &std::get<std::vector<std::string_view>>(*column));
}

Status BlockRows::DecodeStored(size_t index) {
  if (is_stored_[index]) return Status::Ok();
  const StoredColumn& column = StoredColumns(table())[index];
  const SectionRef& section = directory_.stored[index];
  if (section.bytes == 0) {
    if (column.type == CellType::kResource || column.type == CellType::kScope) {
      return block_->Damaged("a row group has no resources");
    }
    stored_[index] = EmptyColumn(column.type);
    std::visit([this](auto& cells) { cells.resize(group_row_count_); }, stored_[index]);
  } else {
    if (const auto dependency = StoredDependency(table(), column.field)) {
      RETURN_IF_ERROR(DecodeStored(static_cast<size_t>(StoredIndex(table(), *dependency))));
    }
    ASSIGN_OR_RETURN(std::string bytes, block_->Read(section));
    section_bytes_ += bytes.size();
    if (!ReadStored(sections_.emplace_back(std::move(bytes)), table(), index, group_row_count_,
                    entries_->dictionaries, memory_, &stored_)) {
      return block_->Damaged("a column is damaged");
    }
  }
  cell_bytes_ += group_row_count_ * sizeof(model::AttributeValue);
  is_stored_[index] = true;
  return Status::Ok();
}

ColumnData BlockRows::Selected(const ColumnData& column) const {
  return std::visit(
      [this](const auto& cells) {
        std::decay_t<decltype(cells)> selected(rows_.size());
        for (size_t i = 0; i < rows_.size(); ++i) selected[i] = cells[rows_[i]];
        return ColumnData(std::move(selected));
      },
      column);
}

Result<bool> BlockRows::MayHave(const Column& column) {
  const auto has_key = [&column](const auto& entry) {
    return model::FindAttribute(entry.attributes, column.key) != nullptr;
  };
  switch (column.field) {
    case Field::kAttribute: return attributes_.MayHave(column.key);
    case Field::kResourceAttribute: {
      // With more of them, asking costs what reading does.
      const auto& resources = entries_->dictionaries.resources;
      return resources.size() > group_row_count_ || std::ranges::any_of(resources, has_key);
    }
    case Field::kScopeAttribute: return std::ranges::any_of(entries_->dictionaries.scopes, has_key);
    case Field::kEventAttribute:
    case Field::kLinkAttribute: return block_->footer().MayBeInLists(column.key);
    default: return true;
  }
}

Status BlockRows::KeepRowsWith(const std::string& key, const ValueTest& holds,
                               std::span<uint8_t> mask) {
  return attributes_.KeepRowsWith(key, rows_, holds, mask);
}

Result<std::vector<model::AttributeValue>> BlockRows::ReadAttribute(const std::string& key) {
  std::vector<model::AttributeValue> values;
  RETURN_IF_ERROR(attributes_.ValuesOf(key, rows_, &values));
  return values;
}

}  // namespace spanhound::store
