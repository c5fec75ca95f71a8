#include "store/compact/merge_source.h"

#include "store/block/group_attributes.h"

namespace spanhound::store {
namespace {

constexpr uint32_t kUnknown = UINT32_MAX;

bool IsValueColumn(CellType type) {
  return type == CellType::kText || type == CellType::kAttributes || type == CellType::kValue;
}

}  // namespace

// The rows and everything they point into.
struct MergeSource::Group {
  std::unique_ptr<RowSet> rows;
  GroupDirectory directory;
  Arena arena;
  DecodeMemory memory{arena, kChunkBytesMax};
  std::unique_ptr<GroupAttributes> attributes;
  SourceRows source;
};

MergeSource::MergeSource(BlockPtr block, BlockColumns& columns)
    : block_(std::move(block)),
      columns_(columns),
      new_columns_(block_->footer().columns.size(), kUnknown),
      new_codes_(block_->footer().columns.size()),
      dictionaries_(block_->footer().columns.size()) {}

Result<std::shared_ptr<const SourceRows>> MergeSource::Rows(uint32_t group) {
  for (const auto& [number, known] : groups_) {
    if (number == group) return std::shared_ptr<const SourceRows>(known, &known->source);
  }
  ASSIGN_OR_RETURN(std::shared_ptr<Group> decoded, Decode(group));
  if (groups_.size() == kGroupsKept) groups_.pop_front();
  groups_.emplace_back(group, decoded);
  return std::shared_ptr<const SourceRows>(decoded, &decoded->source);
}

Result<std::shared_ptr<MergeSource::Group>> MergeSource::Decode(uint32_t number) {
  auto group = std::make_shared<Group>();
  if (entries_ == nullptr) {
    ASSIGN_OR_RETURN(entries_, block_->Entries());
  }
  ASSIGN_OR_RETURN(group->rows, block_->OpenRows(number, entries_));
  ASSIGN_OR_RETURN(group->directory, block_->Directory(number));
  group->attributes = std::make_unique<GroupAttributes>(*block_, group->directory,
                                                        group->rows->row_count(), group->memory);
  const std::span<const StoredColumn> columns = StoredColumns(block_->footer().table);
  group->source.stored.resize(columns.size());
  group->source.codes.resize(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    if (IsValueColumn(columns[i].type)) continue;
    ASSIGN_OR_RETURN(group->source.stored[i], group->rows->Load({columns[i].field}));
  }
  DecodeEntries(*group);
  RETURN_IF_ERROR(DecodeValues(*group));
  return group;
}

void MergeSource::DecodeEntries(Group& group) const {
  const DecodedDictionaries& dictionaries = entries_->dictionaries;
  const Table table = block_->footer().table;
  const auto add = [&]<typename Entry>(Field field, std::span<const Entry> own,
                                       std::span<const std::string_view> bytes, EntryTable& to) {
    const size_t index = static_cast<size_t>(StoredIndex(table, field));
    const auto& cells = std::get<std::vector<const Entry*>>(*group.source.stored[index]);
    std::vector<uint32_t>& codes = group.source.codes[index];
    codes.reserve(cells.size());
    const Entry* last = nullptr;
    uint32_t code = 0;
    for (const Entry* cell : cells) {
      if (cell != last) code = to.CodeOf(bytes[static_cast<size_t>(cell - own.data())]);
      last = cell;
      codes.push_back(code);
    }
  };
  add(Field::kResource, dictionaries.resources, dictionaries.resource_bytes, columns_.resources());
  add(Field::kScope, dictionaries.scopes, dictionaries.scope_bytes, columns_.scopes());
}

Status MergeSource::FindColumns(Group& group) {
  for (const GroupColumn& values : group.directory.values) {
    const uint32_t column = values.column;
    if (new_columns_[column] != kUnknown) continue;
    new_columns_[column] = columns_.ColumnOf(block_->footer().columns[column].id);
    ASSIGN_OR_RETURN(dictionaries_[column], block_->Dictionary(column));
    if (dictionaries_[column] == nullptr) continue;
    new_codes_[column].assign(dictionaries_[column]->size(), kUnknown);
  }
  return Status::Ok();
}

RowCell MergeSource::CellOf(uint32_t column, const model::AttributeValue& value,
                            SourceRows& source) {
  const uint32_t new_column = new_columns_[column];
  const ValueDictionary* dictionary = dictionaries_[column].get();
  if (dictionary != nullptr && columns_.values(new_column).is_interning()) {
    if (const auto old_code = dictionary->CodeOf(value)) {
      uint32_t& code = new_codes_[column][*old_code];
      if (code == kUnknown) code = columns_.CodeOf(new_column, value);
      return {new_column, code};
    }
  }
  source.values.push_back(&value);
  return {new_column, SourceRows::kValueFlag | static_cast<uint32_t>(source.values.size() - 1)};
}

Status MergeSource::DecodeValues(Group& group) {
  RETURN_IF_ERROR(FindColumns(group));
  SourceRows& source = group.source;
  const size_t row_count = group.rows->row_count();
  std::vector<std::pair<uint32_t, RowCell>> cells;  // with their rows
  source.cell_ends.assign(row_count + 1, 0);
  RETURN_IF_ERROR(group.attributes->ForEach(
      [&](uint32_t row, uint32_t place, const model::AttributeValue& value) {
        const uint32_t column = group.directory.values[place].column;
        const Field field = block_->footer().columns[column].id.field;
        const RowCell cell = CellOf(column, value, source);
        if (field == Field::kAttributes || field == Field::kBody) {
          cells.emplace_back(row, cell);
          ++source.cell_ends[row + 1];
          return;
        }
        std::vector<uint32_t>& codes =
            source.codes[static_cast<size_t>(StoredIndex(block_->footer().table, field))];
        codes.resize(row_count);
        codes[row] = cell.code;
      }));
  for (size_t row = 0; row < row_count; ++row) source.cell_ends[row + 1] += source.cell_ends[row];
  source.cells.resize(cells.size());
  std::vector<uint64_t> next(source.cell_ends.begin(), source.cell_ends.end() - 1);
  for (const auto& [row, cell] : cells) source.cells[next[row]++] = cell;
  return Status::Ok();
}

}  // namespace spanhound::store
