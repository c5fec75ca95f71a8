#include "store/block/stored_codec.h"

#include <algorithm>

#include "store/columns/id_codec.h"
#include "store/encoding/blob.h"
#include "store/encoding/compression.h"
#include "store/encoding/planes.h"

namespace spanhound::store {
namespace {

template <typename Cell>
std::vector<Cell> Gather(const std::vector<Cell>& cells, std::span<const uint32_t> order) {
  if (cells.empty()) return {};
  std::vector<Cell> gathered(order.size());
  for (size_t i = 0; i < order.size(); ++i) gathered[i] = cells[order[i]];
  return gathered;
}

template <typename Cell>
const std::vector<Cell>& CellsOf(Table table, Field field, const std::vector<ColumnData>& columns) {
  return std::get<std::vector<Cell>>(columns[StoredIndex(table, field)]);
}

// False if a distance would be negative.
bool TraceDistances(std::span<const uint64_t> times, std::span<const model::TraceId> traces,
                    std::vector<uint64_t>* distances) {
  uint64_t trace_start = 0;
  for (size_t i = 0; i < times.size(); ++i) {
    const bool is_first = i == 0 || traces[i] != traces[i - 1];
    const uint64_t before = is_first ? trace_start : times[i - 1];
    if (times[i] < before) return false;
    (*distances)[i] = times[i] - before;
    if (is_first) trace_start = times[i];
  }
  return true;
}

// The first time of the group stands apart: it is far larger than any distance.
void AppendTimes(std::string& out, std::vector<uint64_t> times,
                 std::span<const model::TraceId> traces) {
  std::vector<uint64_t> distances(times.size());
  if (!TraceDistances(times, traces, &distances)) {
    out.push_back(static_cast<char>(kPlainTimes));
    return AppendPlanes(out, times);
  }
  out.push_back(static_cast<char>(kTraceTimes));
  AppendVarint(out, distances[0]);
  distances[0] = 0;
  AppendPlanes(out, distances);
}

bool ReadTimes(ByteReader& in, const std::vector<model::TraceId>& traces,
               std::vector<uint64_t>* times) {
  const uint8_t mode = in.ReadFixed<uint8_t>();
  if (mode == kPlainTimes) return ReadPlanes(in, traces.size(), times);
  if (mode != kTraceTimes) return false;
  const uint64_t first = in.ReadVarint();
  if (!ReadPlanes(in, traces.size(), times)) return false;
  uint64_t trace_start = first;
  for (size_t i = 0; i < times->size(); ++i) {
    const bool is_first = i == 0 || traces[i] != traces[i - 1];
    (*times)[i] += is_first ? trace_start : (*times)[i - 1];
    if (is_first) trace_start = (*times)[i];
  }
  return true;
}

void AppendEnds(std::string& out, std::span<const uint64_t> starts, std::vector<uint64_t> ends) {
  bool is_signed = false;
  for (size_t i = 0; i < ends.size(); ++i) is_signed |= ends[i] < starts[i];
  out.push_back(static_cast<char>(is_signed ? kSignedDurations : kDurations));
  for (size_t i = 0; i < ends.size(); ++i) {
    ends[i] -= starts[i];
    if (is_signed) ends[i] = ZigZag(static_cast<int64_t>(ends[i]));
  }
  AppendPlanes(out, ends);
}

bool ReadEnds(ByteReader& in, const std::vector<uint64_t>& starts, std::vector<uint64_t>* ends) {
  const uint8_t mode = in.ReadFixed<uint8_t>();
  if (mode > kSignedDurations || !ReadPlanes(in, starts.size(), ends)) return false;
  for (size_t i = 0; i < starts.size(); ++i) {
    const uint64_t stored = (*ends)[i];
    (*ends)[i] =
        starts[i] + (mode == kDurations ? stored : static_cast<uint64_t>(UnZigZag(stored)));
  }
  return true;
}

void AppendNumbers(std::string& out, Field field, const RowTable& rows,
                   std::span<const uint32_t> order) {
  std::vector<uint64_t> numbers = Gather(rows.numbers(field), order);
  if (field == Field::kTime && rows.table() == Table::kSpans) {
    return AppendTimes(out, std::move(numbers), Gather(rows.trace_ids(), order));
  }
  if (field == Field::kTime) {  // logs: in order of time, each a trace of its own
    return AppendTimes(out, std::move(numbers), std::vector<model::TraceId>(order.size()));
  }
  if (field == Field::kEndTime) {
    numbers.resize(order.size());
    return AppendEnds(out, Gather(rows.numbers(Field::kTime), order), std::move(numbers));
  }
  if (std::ranges::all_of(numbers, [](uint64_t number) { return number == 0; })) return;
  AppendPlanes(out, numbers);
}

void AppendCodes(std::string& out, std::span<const uint32_t> codes,
                 std::span<const uint32_t> order) {
  std::vector<uint64_t> gathered(order.size());
  for (size_t i = 0; i < order.size(); ++i) gathered[i] = codes[order[i]];
  AppendPlanes(out, gathered);
}

void AppendSpanIdColumn(std::string& out, Field field, const RowTable& rows,
                        std::span<const uint32_t> order) {
  const std::vector<model::SpanId> ids = Gather(rows.span_ids(), order);
  std::string bytes;
  if (field == Field::kSpanId) {
    AppendSpanIds(bytes, ids);
    // Ids of spans are random; those of logs repeat or are missing.
    if (rows.table() == Table::kSpans) return AppendRawBlob(out, bytes);
  } else {
    const std::vector<model::SpanId> parents = Gather(rows.parents(), order);
    if (std::ranges::all_of(parents, [](const auto& id) { return id.is_zero(); })) return;
    AppendParents(bytes, Gather(rows.trace_ids(), order), ids, parents);
  }
  AppendBlob(out, bytes, kFastCompression);
}

void AppendTraceIdColumn(std::string& out, const RowTable& rows, std::span<const uint32_t> order) {
  std::string bytes;
  AppendTraceIds(bytes, Gather(rows.trace_ids(), order));
  if (rows.table() == Table::kSpans) return AppendRawBlob(out, bytes);
  AppendBlob(out, bytes, kFastCompression);
}

template <typename Rows, typename Append>
void AppendLists(std::string& out, const Rows& lists, std::span<const uint32_t> order,
                 Append append) {
  const Rows gathered = Gather(lists, order);
  if (std::ranges::all_of(gathered, [](const auto& list) { return list.empty(); })) return;
  std::string bytes;
  append(bytes, gathered);
  AppendBlob(out, bytes, kBlockCompression);
}

bool ReadNumbers(ByteReader& in, Table table, Field field, size_t row_count,
                 const std::vector<ColumnData>& columns, std::vector<uint64_t>* numbers) {
  if (field == Field::kEndTime) {
    return ReadEnds(in, CellsOf<uint64_t>(table, Field::kTime, columns), numbers);
  }
  if (field != Field::kTime) return ReadPlanes(in, row_count, numbers);
  if (table == Table::kLogs) return ReadTimes(in, TraceIds(row_count), numbers);
  return ReadTimes(in, CellsOf<model::TraceId>(table, Field::kTraceId, columns), numbers);
}

template <typename Entry>
bool ReadEntryCodes(ByteReader& in, size_t row_count, std::span<const Entry> entries,
                    std::vector<const Entry*>* cells) {
  std::vector<uint64_t> codes;
  if (!ReadPlanes(in, row_count, &codes)) return false;
  cells->resize(row_count);
  for (size_t i = 0; i < row_count; ++i) {
    if (codes[i] >= entries.size()) return false;
    (*cells)[i] = &entries[codes[i]];
  }
  return true;
}

// What stands in blobs: ids and lists. Text of events has to stay: it goes to the arena.
bool ReadBlobColumn(ByteReader& in, Table table, const StoredColumn& stored, size_t row_count,
                    DecodeMemory& memory, std::vector<ColumnData>* columns, ColumnData* column) {
  std::string storage;
  std::string_view bytes;
  if (!ReadBlob(in, &storage, &bytes)) return false;
  const bool is_list = stored.type == CellType::kEvents || stored.type == CellType::kLinks;
  if (is_list && bytes.data() == storage.data()) {
    if (!memory.Take(bytes.size(), 1)) return false;
    bytes = memory.arena().Copy(bytes);
  }
  ByteReader blob(bytes);
  switch (stored.type) {
    case CellType::kTraceId:
      return ReadTraceIds(blob, row_count, memory, &std::get<TraceIds>(*column));
    case CellType::kSpanId:
      if (stored.field == Field::kSpanId) {
        return ReadSpanIds(blob, row_count, memory, &std::get<SpanIds>(*column));
      }
      return ReadParents(blob, CellsOf<model::SpanId>(table, Field::kSpanId, *columns), memory,
                         &std::get<SpanIds>(*column));
    case CellType::kEvents:
      return ReadEvents(blob, row_count, memory, &std::get<EventRows>(*column));
    case CellType::kLinks: return ReadLinks(blob, row_count, memory, &std::get<LinkRows>(*column));
    default: return false;
  }
}

}  // namespace

void AppendStored(std::string& out, size_t index, const RowTable& rows,
                  std::span<const uint32_t> order) {
  const StoredColumn& column = StoredColumns(rows.table())[index];
  switch (column.type) {
    case CellType::kNumber: return AppendNumbers(out, column.field, rows, order);
    case CellType::kTraceId: return AppendTraceIdColumn(out, rows, order);
    case CellType::kSpanId: return AppendSpanIdColumn(out, column.field, rows, order);
    case CellType::kEvents: return AppendLists(out, rows.events(), order, AppendEvents);
    case CellType::kLinks: return AppendLists(out, rows.links(), order, AppendLinks);
    case CellType::kResource:
    case CellType::kScope: return AppendCodes(out, rows.codes(column.field), order);
    case CellType::kText:
    case CellType::kAttributes:
    case CellType::kValue: return;
  }
}

RowBounds BoundsOf(const RowTable& rows, std::span<const uint32_t> order) {
  RowBounds bounds;
  const std::vector<uint64_t>& times = rows.numbers(Field::kTime);
  if (rows.table() == Table::kLogs) {
    for (uint32_t row : order) bounds.Add(times[row], 0);
    return bounds;
  }
  const std::vector<uint64_t>& ends = rows.numbers(Field::kEndTime);
  for (uint32_t row : order)
    bounds.Add(times[row], ends.empty() ? 0 : DurationOf(times[row], ends[row]));
  return bounds;
}

std::optional<Field> StoredDependency(Table table, Field field) {
  if (field == Field::kTime && table == Table::kSpans) return Field::kTraceId;
  if (field == Field::kEndTime) return Field::kTime;
  if (field == Field::kParentSpanId) return Field::kSpanId;
  return std::nullopt;
}

bool ReadStored(std::string_view bytes, Table table, size_t index, size_t row_count,
                const DecodedDictionaries& dictionaries, DecodeMemory& memory,
                std::vector<ColumnData>* columns) {
  const StoredColumn& stored = StoredColumns(table)[index];
  if (!memory.Take(row_count, sizeof(model::AttributeValue))) return false;
  ByteReader in(bytes);
  ColumnData& column = (*columns)[index];
  column = EmptyColumn(stored.type);
  switch (stored.type) {
    case CellType::kNumber:
      return ReadNumbers(in, table, stored.field, row_count, *columns,
                         &std::get<std::vector<uint64_t>>(column));
    case CellType::kResource:
      return ReadEntryCodes(in, row_count, dictionaries.resources,
                            &std::get<std::vector<const model::Resource*>>(column));
    case CellType::kScope:
      return ReadEntryCodes(in, row_count, dictionaries.scopes,
                            &std::get<std::vector<const model::Scope*>>(column));
    default: return ReadBlobColumn(in, table, stored, row_count, memory, columns, &column);
  }
}

}  // namespace spanhound::store
