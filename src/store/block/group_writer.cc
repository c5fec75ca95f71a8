#include "store/block/group_writer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/checksum.h"
#include "base/hash_map.h"
#include "base/keyed_hash.h"
#include "store/block/group_values.h"
#include "store/block/stored_codec.h"
#include "store/columns/value_codec.h"
#include "store/encoding/presence.h"
#include "store/encoding/value_filter.h"

namespace spanhound::store {
namespace {

// Columns of attributes with smaller dictionaries get no filter: their values occur in most row
// groups, and the block's dictionary tells which do not occur at all.
constexpr uint32_t kFilteredDictionaryMin = 2048;

// Cells of so many rows are fetched ahead.
constexpr uint32_t kRowsAhead = 8;

uint64_t HashOf(const ValueColumn& column, model::ValueType type, uint32_t code) {
  if (IsTextType(type)) return Checksum64(column.text(code));
  const uint64_t number = column.number(code);
  return Checksum64({reinterpret_cast<const char*>(&number), sizeof(number)});
}

struct SequenceHash {
  size_t operator()(const std::string& bytes) const { return KeyedHash64(bytes); }
};

// In any order. Sorting would find them as well, but takes longer than a mark for each code. Those
// of a row group lie near one another, however many the block has.
std::vector<uint32_t> DistinctOf(std::span<const uint32_t> codes) {
  const auto [least, greatest] = std::ranges::minmax(codes);
  std::vector<uint8_t> is_seen(size_t{greatest} - least + 1);
  std::vector<uint32_t> distinct;
  for (uint32_t code : codes) {
    if (std::exchange(is_seen[code - least], 1) == 0) distinct.push_back(code);
  }
  return distinct;
}

// Of the rest the keys are looked for.
void AddKeyHashes(std::string_view list_bytes, std::vector<uint64_t>* hashes) {
  Arena arena;
  DecodeMemory memory(arena, kSectionBytesMax);
  ByteReader in(list_bytes);
  model::AttributeValue list;
  CHECK(ReadValue(in, memory, &list));  // ours
  for (const model::Attribute& attribute : list.key_values()) {
    hashes->push_back(Checksum64(attribute.key));
  }
}

}  // namespace

Result<RowGroup> GroupWriter::Write(const RowTable& rows, std::span<const uint32_t> order) {
  gathered_.resize(columns_.size());
  places_.assign(columns_.size(), 0);
  filters_.resize(columns_.size());
  value_counts_.resize(columns_.size());
  directory_ = {};
  directory_.stored.resize(StoredColumns(rows.table()).size());
  GatherCells(rows, order);
  GroupShapes shapes;
  const bool by_shapes = FindShapes(rows, order, &shapes);
  GatherText(rows, order);
  for (size_t i = 0; i < directory_.stored.size(); ++i) {
    RETURN_IF_ERROR(WriteStored(i, rows, order));
  }
  RETURN_IF_ERROR(WriteValues(order.size(), by_shapes));
  if (by_shapes) {
    std::string bytes;
    AppendGroupShapes(bytes, shapes);
    ASSIGN_OR_RETURN(directory_.shapes, out_.Append(bytes));
  }
  RowGroup group;
  group.row_count = order.size();
  group.bounds = BoundsOf(rows, order);
  ASSIGN_OR_RETURN(group.directory, out_.Append(EncodeGroupDirectory(rows.table(), directory_)));
  ++group_count_;
  return group;
}

void GroupWriter::GatherCells(const RowTable& rows, std::span<const uint32_t> order) {
  Gathered* const gathered = gathered_.data();
  for (uint32_t i = 0; i < order.size(); ++i) {
    // Rows of a trace came in many requests: they lie anywhere.
    if (i + 2 * kRowsAhead < order.size()) rows.PrefetchPlace(order[i + 2 * kRowsAhead]);
    if (i + kRowsAhead < order.size()) rows.PrefetchCells(order[i + kRowsAhead]);
    for (const RowTable::Cell& cell : rows.cells(order[i])) {
      Gathered& to = gathered[cell.column];
      if (to.rows.empty()) {
        directory_.values.push_back({cell.column, 0, {}});
        places_[cell.column] = static_cast<uint32_t>(directory_.values.size());
      }
      to.rows.push_back(i);
      to.codes.push_back(cell.code);
    }
  }
}

void GroupWriter::GatherText(const RowTable& rows, std::span<const uint32_t> order) {
  for (const StoredColumn& column : StoredColumns(rows.table())) {
    if (column.type != CellType::kText) continue;
    const std::vector<uint32_t>& codes = rows.codes(column.field);
    if (codes.empty()) continue;
    Gathered& gathered = gathered_[rows.text_column(column.field)];
    directory_.values.push_back({rows.text_column(column.field), 0, {}});
    for (uint32_t i = 0; i < order.size(); ++i) {
      gathered.rows.push_back(i);
      gathered.codes.push_back(codes[order[i]]);
    }
  }
}

bool GroupWriter::FindShapes(const RowTable& rows, std::span<const uint32_t> order,
                             GroupShapes* shapes) const {
  std::vector<uint8_t> is_attribute(columns_.size());
  for (uint32_t i = 0; i < is_attribute.size(); ++i) {
    is_attribute[i] = columns_.id(i).field == Field::kAttributes ? 1 : 0;
  }
  HashMap<std::string, uint8_t, SequenceHash> known;
  std::string sequence;  // the numbers of columns, as bytes
  std::string last;
  uint8_t shape = 0;
  for (uint32_t row : order) {
    const std::span<const RowTable::Cell> cells = rows.cells(row);
    sequence.resize(cells.size() * sizeof(uint32_t));
    char* to = sequence.data();
    for (const RowTable::Cell& cell : cells) {
      if (is_attribute[cell.column] == 0) continue;
      std::memcpy(to, &cell.column, sizeof(uint32_t));
      to += sizeof(uint32_t);
    }
    sequence.resize(static_cast<size_t>(to - sequence.data()));
    if (shapes->row_shapes.empty() || sequence != last) {
      const auto [found, is_new] = known.try_emplace(sequence, known.size());
      if (is_new && known.size() > kShapesMax) return false;
      shape = found->second;
      if (is_new) {
        std::vector<uint32_t>& columns = shapes->sequences.emplace_back();
        ByteReader in(sequence);
        while (!in.empty()) columns.push_back(places_[in.ReadFixed<uint32_t>()] - 1);
      }
      std::swap(sequence, last);
    }
    shapes->row_shapes.push_back(static_cast<char>(shape));
  }
  return true;
}

Status GroupWriter::WriteStored(size_t index, const RowTable& rows,
                                std::span<const uint32_t> order) {
  std::string bytes;
  AppendStored(bytes, index, rows, order);
  if (bytes.empty()) return Status::Ok();
  ASSIGN_OR_RETURN(directory_.stored[index], out_.Append(bytes));
  return Status::Ok();
}

Status GroupWriter::WriteValues(size_t row_count, bool by_shapes) {
  std::string bytes;
  std::string presence;
  for (GroupColumn& values : directory_.values) {
    Gathered& gathered = gathered_[values.column];
    const ValueColumnId& id = columns_.id(values.column);
    bytes.clear();
    presence.clear();
    if (!by_shapes || id.field != Field::kAttributes) {
      AppendPresence(presence, gathered.rows, row_count);
    }
    AppendLengthPrefixed(bytes, presence);
    AppendGroupValues(bytes, columns_.values(values.column), id.type, gathered.codes);
    values.value_count = static_cast<uint32_t>(gathered.codes.size());
    value_counts_[values.column] += gathered.codes.size();
    ASSIGN_OR_RETURN(values.section, out_.Append(bytes));
    AddFilter(values.column, gathered.codes);
    gathered.rows.clear();
    gathered.codes.clear();
  }
  return Status::Ok();
}

void GroupWriter::AddFilter(uint32_t column, std::span<const uint32_t> codes) {
  const ValueColumnId& id = columns_.id(column);
  const ValueColumn& values = columns_.values(column);
  if (id.type == model::ValueType::kEmpty) return;
  const bool is_frequent = values.dictionary_size() > 0 && id.field == Field::kAttributes &&
                           values.dictionary_size() < kFilteredDictionaryMin;
  if (is_frequent) return;
  std::vector<uint64_t> hashes;
  for (uint32_t code : DistinctOf(codes)) {
    if (id.is_rest()) {
      AddKeyHashes(values.text(code), &hashes);
    } else {
      hashes.push_back(HashOf(values, id.type, code));
    }
  }
  std::string filter;
  AppendValueFilter(filter, std::move(hashes));
  AppendVarint(filters_[column], group_count_);
  AppendLengthPrefixed(filters_[column], filter);
}

}  // namespace spanhound::store
