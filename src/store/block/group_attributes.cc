#include "store/block/group_attributes.h"

#include <algorithm>
#include <numeric>

#include "store/encoding/presence.h"

namespace spanhound::store {
namespace {

using model::Attribute;
using model::AttributeValue;

// Of fewer rows than one in so many, values are found one by one.
constexpr size_t kManyRowsFrom = 16;

// From so many values for as many entries of a dictionary on, most entries are asked about.
constexpr size_t kManyValuesFrom = 2;

}  // namespace

GroupAttributes::GroupAttributes(const BlockReader& block, const GroupDirectory& directory,
                                 size_t row_count, DecodeMemory& memory,
                                 std::optional<uint32_t> group)
    : block_(block), directory_(directory), row_count_(row_count), memory_(memory), group_(group) {}

const ValueColumnId& GroupAttributes::IdOf(size_t place) const {
  return block_.footer().columns[directory_.values[place].column].id;
}

GroupAttributes::Column& GroupAttributes::ColumnAt(uint32_t place) {
  if (columns_.empty()) columns_.resize(directory_.values.size());
  if (columns_[place] == nullptr) columns_[place] = std::make_unique<Column>();
  return *columns_[place];
}

Status GroupAttributes::LoadShapes() {
  if (shapes_ || directory_.shapes.bytes == 0) return Status::Ok();
  ASSIGN_OR_RETURN(const std::string bytes, block_.Read(directory_.shapes));
  GroupShapes shapes;
  if (!ReadGroupShapes(bytes, row_count_, directory_.values.size(), &shapes)) {
    return block_.Damaged("the shapes of attributes are damaged");
  }
  // Every value of a column must be counted for by the shapes.
  std::vector<uint64_t> rows_of(shapes.sequences.size());
  for (char shape : shapes.row_shapes) ++rows_of[static_cast<uint8_t>(shape)];
  std::vector<uint64_t> counts(directory_.values.size());
  for (size_t i = 0; i < rows_of.size(); ++i) {
    for (uint32_t place : shapes.sequences[i]) counts[place] += rows_of[i];
  }
  for (size_t place = 0; place < counts.size(); ++place) {
    if (IdOf(place).field == Field::kAttributes &&
        counts[place] != directory_.values[place].value_count) {
      return block_.Damaged("the shapes of attributes do not fit their columns");
    }
  }
  read_bytes_ += shapes.row_shapes.size();
  shapes_ = std::move(shapes);
  return Status::Ok();
}

Status GroupAttributes::LoadAll(std::span<const uint32_t> places) {
  std::vector<uint32_t> missing;
  std::vector<SectionRef> refs;
  for (uint32_t place : places) {
    if (ColumnAt(place).is_loaded) continue;
    missing.push_back(place);
    refs.push_back(directory_.values[place].section);
  }
  if (missing.empty()) return Status::Ok();
  ASSIGN_OR_RETURN(SectionGroup read, block_.ReadAll(refs));
  const SectionGroup& group = sections_.emplace_back(std::move(read));
  for (const std::string& bytes : group.bytes) read_bytes_ += bytes.size();
  for (size_t i = 0; i < missing.size(); ++i) {
    Column& column = *columns_[missing[i]];
    ByteReader in(group.sections[i]);
    column.presence = in.ReadLengthPrefixed();
    column.bytes = in.rest();
    if (!in.ok() || directory_.values[missing[i]].value_count > row_count_) {
      return block_.Damaged("the values of a column are damaged");
    }
    column.is_loaded = true;
  }
  return Status::Ok();
}

Status GroupAttributes::Decode(uint32_t place, size_t row_count) {
  Column& column = *columns_[place];
  const GroupColumn& group_column = directory_.values[place];
  if (!column.is_decoded) RETURN_IF_ERROR(ReadValues(place));
  if (row_count == row_count_) column.values.KeepAll(group_column.value_count);
  return Status::Ok();
}

Status GroupAttributes::ReadValues(uint32_t place) {
  Column& column = *columns_[place];
  const GroupColumn& group_column = directory_.values[place];
  if (dictionaries_ == nullptr || dictionaries_->by_column[group_column.column] == nullptr) {
    ASSIGN_OR_RETURN(dictionaries_, block_.Dictionaries(std::span(&group_column.column, 1)));
  }
  column.dictionary = dictionaries_->by_column[group_column.column];
  if (!column.values.Read(column.bytes, IdOf(place).type, group_column.value_count,
                          column.dictionary.get(), memory_)) {
    return block_.Damaged("the values of a column are damaged");
  }
  column.is_decoded = true;
  return Status::Ok();
}

Status GroupAttributes::CheckValues(std::span<const uint32_t> places) const {
  for (uint32_t place : places) {
    if (columns_[place]->values.is_damaged()) {
      return block_.Damaged("the values of a column are damaged");
    }
  }
  return Status::Ok();
}

template <typename Visit>
Status GroupAttributes::ForEachValue(std::span<const uint32_t> places,
                                     std::span<const uint32_t> rows, Visit visit) {
  RETURN_IF_ERROR(LoadAll(places));
  RETURN_IF_ERROR(shapes_ ? ForEachByShapes(places, rows, visit)
                          : ForEachByPresence(places, rows, visit));
  return CheckValues(places);
}

Status GroupAttributes::DecodeColumnsOf(std::span<const uint32_t> rows,
                                        const std::vector<std::vector<uint32_t>>& sequences) {
  std::vector<uint8_t> is_done(sequences.size());
  for (uint32_t row : rows) {
    const auto shape = static_cast<uint8_t>(shapes_->row_shapes[row]);
    if (is_done[shape] != 0) continue;
    is_done[shape] = 1;
    for (uint32_t place : sequences[shape]) RETURN_IF_ERROR(Decode(place, rows.size()));
  }
  return Status::Ok();
}

// Walks through the rows once and counts how many values of each column lie before; rows of one
// shape that are not asked for are counted together.
template <typename Visit>
Status GroupAttributes::ForEachByShapes(std::span<const uint32_t> places,
                                        std::span<const uint32_t> rows, Visit visit) {
  std::vector<uint8_t> is_wanted(directory_.values.size());
  for (uint32_t place : places) is_wanted[place] = 1;
  std::vector<std::vector<uint32_t>> sequences;
  for (const std::vector<uint32_t>& sequence : shapes_->sequences) {
    std::vector<uint32_t>& wanted = sequences.emplace_back();
    std::ranges::copy_if(sequence, std::back_inserter(wanted),
                         [&](uint32_t place) { return is_wanted[place] != 0; });
  }
  RETURN_IF_ERROR(DecodeColumnsOf(rows, sequences));
  AttributeValue scratch;
  std::vector<uint32_t> next(directory_.values.size());
  std::vector<uint32_t> passed(sequences.size());
  uint32_t row = 0;
  const auto shape_of = [this](uint32_t of_row) {
    return static_cast<uint8_t>(shapes_->row_shapes[of_row]);
  };
  for (uint32_t index = 0; index < rows.size(); ++index) {
    if (rows[index] - row > passed.size()) {
      for (; row < rows[index]; ++row) ++passed[shape_of(row)];
      for (size_t shape = 0; shape < passed.size(); ++shape) {
        for (uint32_t place : sequences[shape]) next[place] += passed[shape];
        passed[shape] = 0;
      }
    }
    for (; row < rows[index]; ++row) {
      for (uint32_t place : sequences[shape_of(row)]) ++next[place];
    }
    for (uint32_t place : sequences[shape_of(row)]) {
      visit(index, place, columns_[place]->values.At(next[place]++, &scratch));
    }
    ++row;
  }
  return Status::Ok();
}

Status GroupAttributes::FindPresent(uint32_t place, size_t row_end) {
  Column& column = *columns_[place];
  if (row_end <= column.present_end) return Status::Ok();
  if (!ReadPresence(column.presence, row_count_, directory_.values[place].value_count, row_end,
                    &column.present)) {
    return block_.Damaged("the rows of a value column are damaged");
  }
  column.present_end = row_end;
  return Status::Ok();
}

template <typename Visit>
Status GroupAttributes::ForEachByPresence(std::span<const uint32_t> places,
                                          std::span<const uint32_t> rows, Visit visit) {
  if (rows.empty()) return Status::Ok();
  AttributeValue scratch;
  for (uint32_t place : places) {
    RETURN_IF_ERROR(FindPresent(place, size_t{rows.back()} + 1));
    Column& column = *columns_[place];
    const std::vector<uint32_t>& present = column.present;
    if (rows.size() == row_count_) {
      RETURN_IF_ERROR(Decode(place, rows.size()));
      for (size_t value = 0; value < present.size(); ++value) {
        visit(present[value], place, column.values.At(value, &scratch));
      }
      continue;
    }
    // A few rows: many columns have no value of any.
    size_t value = 0;
    for (uint32_t index = 0; index < rows.size(); ++index) {
      value = static_cast<size_t>(std::lower_bound(present.begin() + static_cast<ptrdiff_t>(value),
                                                   present.end(), rows[index]) -
                                  present.begin());
      if (value == present.size()) break;
      if (present[value] != rows[index]) continue;
      RETURN_IF_ERROR(Decode(place, rows.size()));
      visit(index, place, column.values.At(value, &scratch));
    }
  }
  return Status::Ok();
}

std::vector<uint32_t> GroupAttributes::PlacesOf(Field field) const {
  std::vector<uint32_t> places;
  for (uint32_t place = 0; place < directory_.values.size(); ++place) {
    if (IdOf(place).field == field) places.push_back(place);
  }
  return places;
}

Status GroupAttributes::ForEach(
    const std::function<void(uint32_t, uint32_t, const AttributeValue&)>& visit) {
  RETURN_IF_ERROR(LoadShapes());
  std::vector<uint32_t> rows(row_count_);
  std::iota(rows.begin(), rows.end(), 0);
  RETURN_IF_ERROR(ForEachValue(PlacesOf(Field::kAttributes), rows, visit));
  for (uint32_t place = 0; place < directory_.values.size(); ++place) {
    if (IdOf(place).field == Field::kAttributes) continue;
    RETURN_IF_ERROR(LoadAll(std::span(&place, 1)));
    RETURN_IF_ERROR(ForEachByPresence(std::span(&place, 1), rows, visit));
    RETURN_IF_ERROR(CheckValues(std::span(&place, 1)));
  }
  return Status::Ok();
}

Status GroupAttributes::Lists(std::span<const uint32_t> rows, AttributeRows* lists) {
  RETURN_IF_ERROR(LoadShapes());
  if (!shapes_ && group_ && rows.size() < row_count_ / kManyRowsFrom) {
    return ListsOfFew(rows, lists);
  }
  const std::vector<uint32_t> places = PlacesOf(Field::kAttributes);
  // Counted first, so that the lists lie in one piece.
  std::vector<uint32_t> ends(rows.size() + 1);
  const auto size_of = [this](uint32_t place, const AttributeValue& value) {
    return IdOf(place).is_rest() ? static_cast<uint32_t>(value.key_values().size()) : 1u;
  };
  RETURN_IF_ERROR(
      ForEachValue(places, rows, [&](uint32_t index, uint32_t place, const auto& value) {
        ends[index + 1] += size_of(place, value);
      }));
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  std::span<Attribute> attributes;
  if (!memory_.AllocateArray(ends.back(), &attributes)) {
    return block_.Damaged("the attributes of a row group are too many");
  }
  std::vector<uint32_t> next(ends.begin(), ends.end() - 1);
  RETURN_IF_ERROR(
      ForEachValue(places, rows, [&](uint32_t index, uint32_t place, const auto& value) {
        if (!IdOf(place).is_rest()) {
          new (&attributes[next[index]++]) Attribute{IdOf(place).key, value};
          return;
        }
        for (const Attribute& attribute : value.key_values()) {
          new (&attributes[next[index]++]) Attribute(attribute);
        }
      }));
  lists->resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    (*lists)[i] = attributes.subspan(ends[i], ends[i + 1] - ends[i]);
  }
  return Status::Ok();
}

Status GroupAttributes::ListsOfFew(std::span<const uint32_t> rows, AttributeRows* lists) {
  lists->resize(rows.size());
  std::vector<Cell> cells;
  RETURN_IF_ERROR(FindCells(rows, &cells));
  return MakeLists(cells, lists);
}

Status GroupAttributes::FindCells(std::span<const uint32_t> rows, std::vector<Cell>* cells) {
  if (kept_ == nullptr) {
    ASSIGN_OR_RETURN(kept_, block_.Columns(*group_, directory_));
  }
  struct FoundIn {
    uint32_t place;
    size_t end;  // of what was found
  };
  std::vector<PresenceIndex::Found> found;
  std::vector<FoundIn> found_in;
  std::vector<uint32_t> dictionaries;
  for (uint32_t place : PlacesOf(Field::kAttributes)) {
    const size_t start = found.size();
    kept_->by_place[place].presence.Find(rows, &found);
    if (found.size() == start) continue;
    found_in.push_back({place, found.size()});
    dictionaries.push_back(directory_.values[place].column);
  }
  ASSIGN_OR_RETURN(dictionaries_, block_.Dictionaries(dictionaries));
  cells->reserve(found.size());
  size_t next = 0;
  for (const auto [place, end] : found_in) {
    RETURN_IF_ERROR(OpenKept(place));
    AttributeValue scratch;
    for (; next < end; ++next) {
      GroupValues& values = columns_[place]->values;
      cells->push_back({found[next].index, place, values.At(found[next].value, &scratch)});
    }
    RETURN_IF_ERROR(CheckValues(std::span(&place, 1)));
  }
  return Status::Ok();
}

Status GroupAttributes::OpenKept(uint32_t place) {
  Column& column = ColumnAt(place);
  if (column.is_decoded) return Status::Ok();
  column.bytes = kept_->by_place[place].values;
  return ReadValues(place);
}

Status GroupAttributes::MakeLists(std::span<const Cell> cells, AttributeRows* lists) {
  std::vector<uint32_t> ends(lists->size() + 1);
  for (const Cell& cell : cells) {
    const bool is_rest = IdOf(cell.place).is_rest();
    ends[cell.index + 1] += is_rest ? static_cast<uint32_t>(cell.value.key_values().size()) : 1u;
  }
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  std::span<Attribute> attributes;
  if (!memory_.AllocateArray(ends.back(), &attributes)) {
    return block_.Damaged("the attributes of a row group are too many");
  }
  std::vector<uint32_t> next(ends.begin(), ends.end() - 1);
  for (const Cell& cell : cells) {
    const ValueColumnId& id = IdOf(cell.place);
    if (!id.is_rest()) {
      new (&attributes[next[cell.index]++]) Attribute{id.key, cell.value};
      continue;
    }
    for (const Attribute& attribute : cell.value.key_values()) {
      new (&attributes[next[cell.index]++]) Attribute(attribute);
    }
  }
  for (size_t i = 0; i < lists->size(); ++i) {
    (*lists)[i] = attributes.subspan(ends[i], ends[i + 1] - ends[i]);
  }
  return Status::Ok();
}

bool GroupAttributes::MayHold(size_t place, std::string_view key) const {
  const ValueColumnId& id = IdOf(place);
  return id.field == Field::kAttributes && (id.is_rest() || id.key == key);
}

bool GroupAttributes::MayHave(std::string_view key) const {
  for (size_t place = 0; place < directory_.values.size(); ++place) {
    if (MayHold(place, key)) return true;
  }
  return false;
}

std::vector<uint32_t> GroupAttributes::PlacesOf(std::string_view key) const {
  std::vector<uint32_t> places;
  for (uint32_t place = 0; place < directory_.values.size(); ++place) {
    if (MayHold(place, key)) places.push_back(place);
  }
  return places;
}

template <typename Visit>
Status GroupAttributes::ForEachFirst(std::string_view key, std::span<const uint32_t> rows,
                                     Visit visit) {
  RETURN_IF_ERROR(LoadShapes());
  std::vector<uint8_t> is_found(rows.size());
  return ForEachValue(PlacesOf(key), rows, [&](uint32_t index, uint32_t place, const auto& value) {
    if (is_found[index] != 0) return;
    const AttributeValue* found = &value;
    if (IdOf(place).is_rest()) found = model::FindAttribute(value.key_values(), key);
    if (found == nullptr) return;
    is_found[index] = 1;
    visit(index, place, *found);
  });
}

Status GroupAttributes::ValuesOf(std::string_view key, std::span<const uint32_t> rows,
                                 std::vector<AttributeValue>* values) {
  values->assign(rows.size(), {});
  return ForEachFirst(key, rows, [&](uint32_t index, uint32_t, const AttributeValue& value) {
    (*values)[index] = value;
  });
}

Status GroupAttributes::KeepRowsWith(std::string_view key, std::span<const uint32_t> rows,
                                     const ValueCondition& holds, std::span<uint8_t> mask) {
  if (rows.size() == row_count_ && !holds(AttributeValue())) {
    ASSIGN_OR_RETURN(const std::optional<uint32_t> place, ColumnOfCodes(key));
    if (place) return KeepRowsByCode(*place, holds, mask);
  }
  std::vector<uint8_t> kept(rows.size(), holds(AttributeValue()) ? 1 : 0);
  std::vector<std::shared_ptr<ValueCondition::Entries>> tested(directory_.values.size());
  const auto test = [&](uint32_t place, const AttributeValue& value) {
    const ValueDictionary* dictionary = columns_[place]->dictionary.get();
    if (dictionary == nullptr) return holds(value);
    const std::optional<size_t> code = dictionary->CodeOf(value);
    if (!code) return holds(value);
    if (tested[place] == nullptr) tested[place] = TestedEntries(place, holds);
    return tested[place]->Test(*code, value, holds);
  };
  RETURN_IF_ERROR(
      ForEachFirst(key, rows, [&](uint32_t index, uint32_t place, const AttributeValue& value) {
        if (mask[index] != 0) kept[index] = test(place, value) ? 1 : 0;
      }));
  uint8_t* to = mask.data();
  const uint8_t* from = kept.data();
  for (size_t i = 0, count = mask.size(); i < count; ++i) to[i] &= from[i];
  return Status::Ok();
}

std::shared_ptr<ValueCondition::Entries> GroupAttributes::TestedEntries(
    uint32_t place, const ValueCondition& holds) const {
  return holds.EntriesOf(block_.shared_from_this(), directory_.values[place].column,
                         columns_[place]->dictionary->size());
}

Result<std::optional<uint32_t>> GroupAttributes::ColumnOfCodes(std::string_view key) {
  using Place = std::optional<uint32_t>;
  if (directory_.shapes.bytes > 0) return Place();
  const std::vector<uint32_t> places = PlacesOf(key);
  if (places.size() != 1 || IdOf(places[0]).is_rest()) return Place();
  RETURN_IF_ERROR(LoadAll(places));
  Column& column = *columns_[places[0]];
  if (!column.is_decoded) RETURN_IF_ERROR(ReadValues(places[0]));
  return column.values.has_codes() ? Place(places[0]) : Place();
}

// Which rows have the values is of interest only if one of them holds.
Status GroupAttributes::KeepRowsByCode(uint32_t place, const ValueCondition& holds,
                                       std::span<uint8_t> mask) {
  const Column& column = *columns_[place];
  const ValueDictionary& dictionary = *column.dictionary;
  const std::shared_ptr<ValueCondition::Entries> tested = TestedEntries(place, holds);
  const size_t value_count = directory_.values[place].value_count;
  if (value_count * kManyValuesFrom >= dictionary.size()) {
    const auto entries = dictionary.All();
    if (!entries) return block_.Damaged("a dictionary is damaged");
    tested->TestAll(*entries, holds);
  }
  std::vector<uint32_t> held;
  for (uint32_t value = 0; value < value_count; ++value) {
    const size_t code = column.values.CodeAt(value);
    const AttributeValue* entry = dictionary.Find(code);
    if (entry == nullptr) return block_.Damaged("the values of a column are damaged");
    if (tested->Test(code, *entry, holds)) held.push_back(value);
  }
  if (held.empty()) {
    std::ranges::fill(mask, 0);
    return Status::Ok();
  }
  RETURN_IF_ERROR(FindPresent(place, row_count_));
  std::vector<uint8_t> kept(mask.size());
  for (uint32_t value : held) kept[column.present[value]] = 1;
  for (size_t row = 0; row < mask.size(); ++row) mask[row] &= kept[row];
  return Status::Ok();
}

Status GroupAttributes::Bodies(std::span<const uint32_t> rows,
                               std::vector<AttributeValue>* values) {
  values->assign(rows.size(), {});
  for (uint32_t place : PlacesOf(Field::kBody)) {
    RETURN_IF_ERROR(LoadAll(std::span(&place, 1)));
    RETURN_IF_ERROR(ForEachByPresence(
        std::span(&place, 1), rows,
        [&](uint32_t index, uint32_t, const auto& value) { (*values)[index] = value; }));
    RETURN_IF_ERROR(CheckValues(std::span(&place, 1)));
  }
  return Status::Ok();
}

Status GroupAttributes::Texts(Field field, std::span<const uint32_t> rows,
                              std::vector<std::string_view>* texts) {
  texts->assign(rows.size(), {});
  for (uint32_t place : PlacesOf(field)) {
    RETURN_IF_ERROR(LoadAll(std::span(&place, 1)));
    RETURN_IF_ERROR(ForEachByPresence(std::span(&place, 1), rows,
                                      [&](uint32_t index, uint32_t, const AttributeValue& value) {
                                        if (value.type == model::ValueType::kString)
                                          (*texts)[index] = value.text();
                                      }));
    RETURN_IF_ERROR(CheckValues(std::span(&place, 1)));
  }
  return Status::Ok();
}

}  // namespace spanhound::store
