#include "store/columns/column_codec.h"

#include <algorithm>

#include "store/columns/attribute_streams.h"
#include "store/columns/event_codec.h"
#include "store/columns/id_codec.h"
#include "store/encoding/integers.h"
#include "store/encoding/strings.h"

namespace spanhound::store {
namespace {

template <typename Cell>
const std::vector<Cell>& Cells(const ColumnData& column) {
  return std::get<std::vector<Cell>>(column);
}

template <typename Cell>
const std::vector<Cell>& CellsOf(Table table, Field field, const std::vector<ColumnData>& columns) {
  return Cells<Cell>(columns[StoredIndex(table, field)]);
}

// Ends as signed distances from their starts: durations are small, times are not.
void AppendEndTimes(std::string& out, const std::vector<uint64_t>& starts,
                    const std::vector<uint64_t>& ends) {
  std::vector<uint64_t> distances(ends.size());
  for (size_t i = 0; i < ends.size(); ++i) {
    distances[i] = ZigZag(static_cast<int64_t>(ends[i] - starts[i]));
  }
  AppendIntegers(out, distances);
}

bool ReadEndTimes(ByteReader& in, const std::vector<uint64_t>& starts,
                  std::vector<uint64_t>* ends) {
  if (!ReadIntegers(in, starts.size(), ends)) return false;
  for (size_t i = 0; i < ends->size(); ++i) {
    (*ends)[i] = starts[i] + static_cast<uint64_t>(UnZigZag((*ends)[i]));
  }
  return true;
}

template <typename Entry>
void AppendCodes(std::string& out, const std::vector<const Entry*>& cells,
                 Dictionary<Entry>& dictionary) {
  std::vector<uint64_t> codes(cells.size());
  for (size_t i = 0; i < cells.size(); ++i) codes[i] = dictionary.CodeOf(cells[i]);
  AppendIntegers(out, codes);
}

template <typename Entry>
bool ReadCodes(ByteReader& in, size_t row_count, std::span<const Entry> entries,
               std::vector<const Entry*>* cells) {
  std::vector<uint64_t> codes;
  if (!ReadIntegers(in, row_count, &codes)) return false;
  cells->resize(row_count);
  for (size_t i = 0; i < row_count; ++i) {
    if (codes[i] >= entries.size()) return false;
    (*cells)[i] = &entries[codes[i]];
  }
  return true;
}

void AppendSpanIdColumn(std::string& out, Table table, Field field, const ColumnData& column,
                        const std::vector<ColumnData>& columns) {
  const auto& ids = Cells<model::SpanId>(column);
  if (field == Field::kSpanId) return AppendSpanIds(out, ids);
  AppendParents(out, CellsOf<model::TraceId>(table, Field::kTraceId, columns),
                CellsOf<model::SpanId>(table, Field::kSpanId, columns), ids);
}

bool ReadSpanIdColumn(ByteReader& in, Table table, Field field, size_t row_count,
                      DecodeMemory& memory, std::vector<ColumnData>* columns, SpanIds* ids) {
  if (field == Field::kSpanId) return ReadSpanIds(in, row_count, memory, ids);
  return ReadParents(in, CellsOf<model::SpanId>(table, Field::kSpanId, *columns), memory, ids);
}

bool ReadNumberColumn(ByteReader& in, Table table, Field field, size_t row_count,
                      std::vector<ColumnData>* columns, std::vector<uint64_t>* numbers) {
  if (field != Field::kEndTime) return ReadIntegers(in, row_count, numbers);
  return ReadEndTimes(in, CellsOf<uint64_t>(table, Field::kTime, *columns), numbers);
}

bool IsDefaultCell(uint64_t cell) { return cell == 0; }
bool IsDefaultCell(const model::AttributeValue& cell) {
  return cell.type == model::ValueType::kEmpty;
}
template <size_t kBytes>
bool IsDefaultCell(const model::Id<kBytes>& cell) {
  return cell.is_zero();
}
template <typename List>
bool IsDefaultCell(const List& cell) {
  return cell.empty();
}
bool IsDefaultCell(const model::Resource*) { return false; }
bool IsDefaultCell(const model::Scope*) { return false; }

void FillWithDefaults(ColumnData* column, size_t row_count) {
  std::visit([row_count](auto& cells) { cells.resize(row_count); }, *column);
}

bool ReadCells(ByteReader in, Table table, size_t index, size_t row_count,
               const DecodedDictionaries& dictionaries, DecodeMemory& memory,
               std::vector<ColumnData>* columns) {
  const auto [field, type, id] = StoredColumns(table)[index];
  ColumnData& column = (*columns)[index];
  switch (type) {
    case CellType::kNumber:
      return ReadNumberColumn(in, table, field, row_count, columns,
                              &std::get<std::vector<uint64_t>>(column));
    case CellType::kText:
      return ReadStrings(in, row_count, &std::get<std::vector<std::string_view>>(column));
    case CellType::kTraceId:
      return ReadTraceIds(in, row_count, memory, &std::get<TraceIds>(column));
    case CellType::kSpanId:
      return ReadSpanIdColumn(in, table, field, row_count, memory, columns,
                              &std::get<SpanIds>(column));
    case CellType::kValue:
      return ReadValues(in, row_count, memory, &std::get<StreamValues>(column));
    case CellType::kAttributes:
      return ReadAttributeRows(in, row_count, memory, &std::get<AttributeRows>(column));
    case CellType::kEvents: return ReadEvents(in, row_count, memory, &std::get<EventRows>(column));
    case CellType::kLinks: return ReadLinks(in, row_count, memory, &std::get<LinkRows>(column));
    case CellType::kResource:
      return ReadCodes(in, row_count, dictionaries.resources,
                       &std::get<std::vector<const model::Resource*>>(column));
    case CellType::kScope:
      return ReadCodes(in, row_count, dictionaries.scopes,
                       &std::get<std::vector<const model::Scope*>>(column));
  }
  return false;
}

}  // namespace

std::optional<Field> DependencyOf(Field field) {
  if (field == Field::kEndTime) return Field::kTime;
  if (field == Field::kParentSpanId) return Field::kSpanId;
  return std::nullopt;
}

void AppendColumn(std::string& out, Table table, size_t index,
                  const std::vector<ColumnData>& columns, RowDictionaries& dictionaries) {
  const auto [field, type, id] = StoredColumns(table)[index];
  const ColumnData& column = columns[index];
  switch (type) {
    case CellType::kNumber:
      if (field == Field::kEndTime) {
        const auto& starts = CellsOf<uint64_t>(table, Field::kTime, columns);
        return AppendEndTimes(out, starts, Cells<uint64_t>(column));
      }
      return AppendIntegers(out, Cells<uint64_t>(column));
    case CellType::kText: return AppendStrings(out, Cells<std::string_view>(column));
    case CellType::kTraceId: return AppendTraceIds(out, Cells<model::TraceId>(column));
    case CellType::kSpanId: return AppendSpanIdColumn(out, table, field, column, columns);
    case CellType::kValue: return AppendValues(out, Cells<model::AttributeValue>(column));
    case CellType::kAttributes:
      return AppendAttributeRows(out, Cells<std::span<const model::Attribute>>(column));
    case CellType::kEvents:
      return AppendEvents(out, Cells<std::span<const model::SpanEvent>>(column));
    case CellType::kLinks: return AppendLinks(out, Cells<std::span<const model::SpanLink>>(column));
    case CellType::kResource:
      return AppendCodes(out, Cells<const model::Resource*>(column), dictionaries.resources);
    case CellType::kScope:
      return AppendCodes(out, Cells<const model::Scope*>(column), dictionaries.scopes);
  }
}

bool IsDefault(const ColumnData& column) {
  return std::visit(
      [](const auto& cells) {
        return std::ranges::all_of(cells, [](const auto& cell) { return IsDefaultCell(cell); });
      },
      column);
}

bool ReadColumn(std::string_view bytes, Table table, size_t index, size_t row_count,
                const DecodedDictionaries& dictionaries, DecodeMemory& memory,
                std::vector<ColumnData>* columns) {
  const CellType type = StoredColumns(table)[index].type;
  if (!memory.Take(row_count, sizeof(model::AttributeValue))) return false;
  (*columns)[index] = EmptyColumn(type);
  if (!bytes.empty()) {
    return ReadCells(ByteReader(bytes), table, index, row_count, dictionaries, memory, columns);
  }
  if (type == CellType::kResource || type == CellType::kScope) return false;
  FillWithDefaults(&(*columns)[index], row_count);
  return true;
}

}  // namespace spanhound::store
