#include "store/block/block_rows.h"

#include <algorithm>
#include <numeric>

#include "store/block/stored_codec.h"

namespace spanhound::store {
namespace {

// Of fewer rows, all are looked at.
constexpr size_t kNewestOfRowsMin = 64;

std::vector<uint32_t> AllRows(size_t row_count) {
  std::vector<uint32_t> rows(row_count);
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

bool IsValueColumn(CellType type) {
  return type == CellType::kText || type == CellType::kAttributes || type == CellType::kValue;
}

ColumnData RowsOf(const ColumnData& column, std::span<const uint32_t> rows) {
  return std::visit(
      [rows](const auto& cells) {
        std::decay_t<decltype(cells)> some(rows.size());
        for (size_t i = 0; i < rows.size(); ++i) some[i] = cells[rows[i]];
        return ColumnData(std::move(some));
      },
      column);
}

template <typename Entry>
bool EntriesOf(std::span<const uint64_t> codes, std::span<const Entry> entries, ColumnData* cells) {
  auto& to = std::get<std::vector<const Entry*>>(*cells);
  to.resize(codes.size());
  for (size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] >= entries.size()) return false;
    to[i] = &entries[codes[i]];
  }
  return true;
}

// Copies of the cells of `rows`, which come in any order; `read` takes them ascending.
template <typename Read>
Result<ColumnData> InOrder(CellType type, std::span<const uint32_t> rows, CellCopier& copier,
                           Read read) {
  const bool may_stay = type == CellType::kNumber || type == CellType::kTraceId ||
                        type == CellType::kSpanId || copier.may_share();
  if (may_stay && std::ranges::is_sorted(rows, std::less_equal())) return read(rows);
  std::vector<uint32_t> ascending(rows.begin(), rows.end());
  std::ranges::sort(ascending);
  ascending.erase(std::unique(ascending.begin(), ascending.end()), ascending.end());
  ASSIGN_OR_RETURN(const ColumnData cells, read(std::span<const uint32_t>(ascending)));
  std::vector<RowRef> refs;
  refs.reserve(rows.size());
  for (uint32_t row : rows) {
    const auto at = std::ranges::lower_bound(ascending, row);
    refs.push_back({0, static_cast<uint32_t>(at - ascending.begin())});
  }
  const ColumnData* source = &cells;
  return GatherColumn(type, {&source, 1}, refs, {copier.may_share()}, copier);
}

}  // namespace

BlockRows::BlockRows(BlockPtr block, std::shared_ptr<const BlockEntries> entries, uint32_t group,
                     std::shared_ptr<const GroupDirectory> directory,
                     std::optional<std::vector<uint32_t>> selection)
    : RowSet(block->footer().table,
             selection ? selection->size() : block->footer().row_groups[group].row_count),
      block_(std::move(block)),
      entries_(std::move(entries)),
      group_(group),
      group_row_count_(block_->footer().row_groups[group].row_count),
      directory_ptr_(std::move(directory)),
      directory_(*directory_ptr_),
      has_selection_(selection.has_value()),
      rows_(has_selection_ ? *std::move(selection) : std::vector<uint32_t>()),
      stored_(directory_.stored.size()),
      is_stored_(directory_.stored.size()),
      selected_(directory_.stored.size()),
      is_selected_(directory_.stored.size()),
      sections_(directory_.stored.size()),
      memory_(arena_, kChunkBytesMax),
      attributes_(*block_, directory_, group_row_count_, memory_, group_) {}

const std::vector<uint32_t>& BlockRows::OwnRows() {
  if (!has_selection_ && rows_.empty()) rows_ = AllRows(group_row_count_);
  return rows_;
}

uint64_t BlockRows::memory_bytes() const {
  return arena_.allocated_bytes() + section_bytes_ + cell_bytes_ + attributes_.read_bytes();
}

Result<const ColumnData*> BlockRows::LoadStored(Field field) {
  const size_t index = static_cast<size_t>(StoredIndex(table(), field));
  const CellType type = StoredColumns(table())[index].type;
  if (is_selected_[index]) return &selected_[index];
  if (!has_selection_ && !IsValueColumn(type)) {
    RETURN_IF_ERROR(DecodeStored(index));
    return &stored_[index];
  }
  ASSIGN_OR_RETURN(selected_[index], ReadRows(index, OwnRows()));
  cell_bytes_ += row_count() * sizeof(model::AttributeValue);
  is_selected_[index] = true;
  return &selected_[index];
}

Result<ColumnData> BlockRows::LoadStoredRows(Field field, std::span<const uint32_t> rows,
                                             CellCopier& copier) {
  const size_t index = static_cast<size_t>(StoredIndex(table(), field));
  if (has_selection_ || is_selected_[index]) return RowSet::LoadStoredRows(field, rows, copier);
  return InOrder(StoredColumns(table())[index].type, rows, copier,
                 [&](std::span<const uint32_t> ascending) { return ReadRows(index, ascending); });
}

Result<ColumnData> BlockRows::ReadAttributeRows(const std::string& key,
                                                std::span<const uint32_t> rows,
                                                CellCopier& copier) {
  if (has_selection_) return RowSet::ReadAttributeRows(key, rows, copier);
  return InOrder(CellType::kValue, rows, copier,
                 [&](std::span<const uint32_t> ascending) -> Result<ColumnData> {
                   std::vector<model::AttributeValue> values;
                   RETURN_IF_ERROR(attributes_.ValuesOf(key, ascending, &values));
                   return ColumnData(std::move(values));
                 });
}

Result<ColumnData> BlockRows::ReadRows(size_t index, std::span<const uint32_t> rows) {
  const auto [field, type, id] = StoredColumns(table())[index];
  ColumnData cells = EmptyColumn(type);
  if (IsValueColumn(type)) {
    RETURN_IF_ERROR(DecodeValues(field, type, rows, &cells));
    return cells;
  }
  // Lists are decoded all at once; times of logs depend on all rows before.
  const bool whole = type == CellType::kEvents || type == CellType::kLinks ||
                     table() == Table::kLogs || is_stored_[index];
  if (whole && directory_.stored[index].bytes > 0) {
    RETURN_IF_ERROR(DecodeStored(index));
    return RowsOf(stored_[index], rows);
  }
  if (directory_.stored[index].bytes == 0) {
    RETURN_IF_ERROR(CheckMayBeMissing(type));
    std::visit([&rows](auto& to) { to.resize(rows.size()); }, cells);
    return cells;
  }
  ASSIGN_OR_RETURN(const bool is_sound, ReadStoredRows(field, rows, &cells));
  if (!is_sound) return block_->Damaged("a column is damaged");
  return cells;
}

Result<bool> BlockRows::ReadStoredRows(Field field, std::span<const uint32_t> rows,
                                       ColumnData* cells) {
  if (!memory_.Take(rows.size(), sizeof(model::AttributeValue))) return false;
  switch (field) {
    case Field::kTime:
      RETURN_IF_ERROR(ReadTimesOf(rows, &std::get<std::vector<uint64_t>>(*cells)));
      return true;
    case Field::kEndTime:
      RETURN_IF_ERROR(ReadEndsOf(rows, &std::get<std::vector<uint64_t>>(*cells)));
      return true;
    case Field::kParentSpanId: return ReadParentsOf(rows, &std::get<SpanIds>(*cells));
    case Field::kTraceId: {
      ASSIGN_OR_RETURN(const TraceRuns* runs, Runs());
      TraceIdRows(*runs, rows, &std::get<TraceIds>(*cells));
      return true;
    }
    default: break;
  }
  if (field == Field::kSpanId) {
    ASSIGN_OR_RETURN(const auto column, block_->SpanIdsOf(group_, directory_));
    SpanIdRows(*column, rows, &std::get<SpanIds>(*cells));
    return true;
  }
  ASSIGN_OR_RETURN(const auto column, block_->Numbers(group_, directory_, field));
  std::vector<uint64_t> numbers;
  NumberRows(*column, rows, &numbers);
  if (field == Field::kResource) {
    return EntriesOf<model::Resource>(numbers, entries_->dictionaries.resources, cells);
  }
  if (field == Field::kScope) {
    return EntriesOf<model::Scope>(numbers, entries_->dictionaries.scopes, cells);
  }
  *cells = std::move(numbers);
  return true;
}

Status BlockRows::ReadTimesOf(std::span<const uint32_t> rows, std::vector<uint64_t>* times) {
  if (times_ == nullptr) times_ = block_->KnownTimes(group_);
  if (times_ != nullptr) {
    times->resize(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) (*times)[i] = times_->times[rows[i]];
    return Status::Ok();
  }
  ASSIGN_OR_RETURN(const TraceRuns* runs, Runs());
  ASSIGN_OR_RETURN(const auto column, block_->Numbers(group_, directory_, Field::kTime));
  TimeRows(*column, *runs, rows, times);
  return Status::Ok();
}

Status BlockRows::ReadEndsOf(std::span<const uint32_t> rows, std::vector<uint64_t>* ends) {
  ASSIGN_OR_RETURN(const auto column, block_->Numbers(group_, directory_, Field::kEndTime));
  // Of the selection, starts are nearly always asked for as well: read once.
  if (rows.data() == rows_.data()) {
    ASSIGN_OR_RETURN(const ColumnData* starts, LoadStored(Field::kTime));
    EndRows(*column, std::get<std::vector<uint64_t>>(*starts), rows, ends);
    return Status::Ok();
  }
  std::vector<uint64_t> starts;
  RETURN_IF_ERROR(ReadTimesOf(rows, &starts));
  EndRows(*column, starts, rows, ends);
  return Status::Ok();
}

Result<std::optional<ColumnData>> BlockRows::ReadDurations(
    std::optional<std::span<const uint32_t>> rows) {
  const auto index = static_cast<size_t>(StoredIndex(table(), Field::kEndTime));
  if (has_selection_ || directory_.stored[index].bytes == 0) return std::optional<ColumnData>();
  if (rows) return ReadDurationsOf(*rows);
  ASSIGN_OR_RETURN(const std::string_view section, Section(index));
  if (!HoldsDurations(section)) return std::optional<ColumnData>();
  std::vector<uint64_t> durations;
  if (!memory_.Take(group_row_count_, sizeof(uint64_t)) ||
      !ReadAllDurations(section, group_row_count_, &durations)) {
    return block_->Damaged("a column is damaged");
  }
  cell_bytes_ += group_row_count_ * sizeof(uint64_t);
  return std::optional<ColumnData>(std::move(durations));
}

Result<std::optional<ColumnData>> BlockRows::ReadDurationsOf(std::span<const uint32_t> rows) {
  ASSIGN_OR_RETURN(const auto column, block_->Numbers(group_, directory_, Field::kEndTime));
  if (column->mode != kDurations) return std::optional<ColumnData>();
  std::vector<uint64_t> durations;
  NumberRows(*column, rows, &durations);
  return std::optional<ColumnData>(std::move(durations));
}

Result<bool> BlockRows::ReadParentsOf(std::span<const uint32_t> rows, SpanIds* parents) {
  ASSIGN_OR_RETURN(const auto span_ids, block_->SpanIdsOf(group_, directory_));
  ASSIGN_OR_RETURN(const auto column, block_->Parents(group_, directory_));
  return ReadParentRows(*column, *span_ids, rows, parents);
}

Result<const TraceRuns*> BlockRows::Runs() {
  if (runs_ == nullptr) {
    ASSIGN_OR_RETURN(runs_, block_->Runs(group_, directory_));
  }
  return runs_.get();
}

Result<const NewestRows*> BlockRows::Newest() {
  if (has_selection_ || table() != Table::kSpans || group_row_count_ < kNewestOfRowsMin) {
    return nullptr;
  }
  if (times_ == nullptr) {
    ASSIGN_OR_RETURN(times_, block_->Times(group_, directory_));
  }
  return &times_->newest;
}

Result<std::string_view> BlockRows::Section(size_t index) {
  if (!sections_[index]) {
    ASSIGN_OR_RETURN(sections_[index], block_->Read(directory_.stored[index]));
    section_bytes_ += sections_[index]->size();
  }
  return std::string_view(*sections_[index]);
}

Status BlockRows::CheckMayBeMissing(CellType type) const {
  if (type != CellType::kResource && type != CellType::kScope) return Status::Ok();
  return block_->Damaged("a row group has no resources");
}

Status BlockRows::DecodeValues(Field field, CellType type, std::span<const uint32_t> rows,
                               ColumnData* column) {
  if (type == CellType::kAttributes) {
    return attributes_.Lists(rows, &std::get<AttributeRows>(*column));
  }
  if (type == CellType::kValue) {
    return attributes_.Bodies(rows, &std::get<std::vector<model::AttributeValue>>(*column));
  }
  return attributes_.Texts(field, rows, &std::get<std::vector<std::string_view>>(*column));
}

Status BlockRows::DecodeStored(size_t index) {
  if (is_stored_[index]) return Status::Ok();
  const StoredColumn& column = StoredColumns(table())[index];
  if (directory_.stored[index].bytes == 0) {
    RETURN_IF_ERROR(CheckMayBeMissing(column.type));
    stored_[index] = EmptyColumn(column.type);
    std::visit([this](auto& cells) { cells.resize(group_row_count_); }, stored_[index]);
  } else {
    if (const auto dependency = StoredDependency(table(), column.field)) {
      RETURN_IF_ERROR(DecodeStored(static_cast<size_t>(StoredIndex(table(), *dependency))));
    }
    ASSIGN_OR_RETURN(const std::string_view bytes, Section(index));
    if (!ReadStored(bytes, table(), index, group_row_count_, entries_->dictionaries, memory_,
                    &stored_)) {
      return block_->Damaged("a column is damaged");
    }
  }
  cell_bytes_ += group_row_count_ * sizeof(model::AttributeValue);
  is_stored_[index] = true;
  return Status::Ok();
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

Status BlockRows::KeepRowsWith(const std::string& key, const ValueCondition& holds,
                               std::span<uint8_t> mask) {
  return attributes_.KeepRowsWith(key, OwnRows(), holds, mask);
}

Result<std::vector<model::AttributeValue>> BlockRows::ReadAttribute(const std::string& key) {
  std::vector<model::AttributeValue> values;
  RETURN_IF_ERROR(attributes_.ValuesOf(key, OwnRows(), &values));
  return values;
}

}  // namespace spanhound::store
