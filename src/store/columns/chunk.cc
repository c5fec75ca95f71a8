#include "store/columns/chunk.h"

#include "base/checksum.h"
#include "store/columns/column_codec.h"

namespace spanhound::store {
namespace {

constexpr size_t kColumnHeadBytesMax = 11;  // an id and a varint

// Columns of an id this version does not know are skipped, so that a later one may add some.
int IndexOfColumnId(Table table, uint8_t id) {
  const std::span<const StoredColumn> columns = StoredColumns(table);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].id == id) return static_cast<int>(i);
  }
  return -1;
}

// Finds the columns: in the order of the schema, none twice.
bool ReadPlaces(ByteReader& in, Chunk& chunk) {
  chunk.columns.resize(StoredColumns(chunk.table).size());
  int last = -1;
  for (size_t count = in.ReadCount(3); count > 0; --count) {
    const uint8_t id = in.ReadFixed<uint8_t>();
    const std::string_view column = in.ReadLengthPrefixed();
    if (!in.ok() || column.empty()) return false;
    const int index = IndexOfColumnId(chunk.table, id);
    if (index < 0) continue;
    if (index <= last) return false;
    last = index;
    chunk.columns[index] = column;
  }
  // Without a cell to point to there is no resource and no scope.
  return in.ok() && in.empty() && !chunk.column(Field::kResource).empty() &&
         !chunk.column(Field::kScope).empty();
}

bool ReadBounds(Chunk& chunk, DecodeMemory& memory) {
  std::vector<ColumnData> columns(chunk.columns.size());
  std::vector<Field> fields = {Field::kTime};
  if (chunk.table == Table::kSpans) fields.push_back(Field::kEndTime);
  for (Field field : fields) {
    if (!ReadColumn(chunk.column(field), chunk.table, StoredIndex(chunk.table, field),
                    chunk.row_count, chunk.dictionaries, memory, &columns)) {
      return false;
    }
  }
  const auto cells = [&](Field field) -> const std::vector<uint64_t>& {
    return std::get<std::vector<uint64_t>>(columns[StoredIndex(chunk.table, field)]);
  };
  const std::vector<uint64_t>& times = cells(Field::kTime);
  for (size_t i = 0; i < chunk.row_count; ++i) {
    const uint64_t end = fields.size() == 1 ? times[i] : cells(Field::kEndTime)[i];
    chunk.bounds.Add(times[i], DurationOf(times[i], end));
  }
  return true;
}

uint32_t FingerprintOf(const model::TraceId& id) {
  return static_cast<uint32_t>(Checksum64(id.view()));
}

bool ReadFingerprints(Chunk& chunk, DecodeMemory& memory) {
  std::vector<ColumnData> columns(chunk.columns.size());
  const size_t index = static_cast<size_t>(StoredIndex(chunk.table, Field::kTraceId));
  if (!ReadColumn(chunk.columns[index], chunk.table, index, chunk.row_count, chunk.dictionaries,
                  memory, &columns)) {
    return false;
  }
  chunk.trace_fingerprints =
      TraceFingerprints(std::get<std::vector<model::TraceId>>(columns[index]));
  return true;
}

bool ReadInto(Chunk& chunk) {
  ByteReader in(chunk.bytes);
  DecodeMemory memory(chunk.arena, kChunkBytesMax);
  chunk.row_count = in.ReadVarint();
  if (!in.ok() || chunk.row_count == 0 || chunk.row_count > kChunkRowsMax) return false;
  return ReadDictionaries(in, memory, &chunk.dictionaries) && ReadPlaces(in, chunk) &&
         ReadBounds(chunk, memory) && ReadFingerprints(chunk, memory);
}

}  // namespace

std::vector<uint32_t> TraceFingerprints(std::span<const model::TraceId> ids) {
  std::vector<uint32_t> fingerprints;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (i == 0 || ids[i] != ids[i - 1]) fingerprints.push_back(FingerprintOf(ids[i]));
  }
  std::ranges::sort(fingerprints);
  fingerprints.erase(std::unique(fingerprints.begin(), fingerprints.end()), fingerprints.end());
  fingerprints.shrink_to_fit();
  return fingerprints;
}

bool Chunk::MayHoldTraces(std::span<const uint32_t> fingerprints) const {
  return std::ranges::any_of(fingerprints, [this](uint32_t fingerprint) {
    return std::ranges::binary_search(trace_fingerprints, fingerprint);
  });
}

std::string EncodeChunk(Table table, size_t row_count, const std::vector<ColumnData>& columns) {
  // Columns first: they fill the dictionaries that go before them.
  RowDictionaries dictionaries;
  struct Written {
    uint8_t id;
    size_t end;  // in `bytes`
  };
  std::vector<Written> written;
  std::string bytes;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (IsDefault(columns[i])) continue;
    AppendColumn(bytes, table, i, columns, dictionaries);
    written.push_back({StoredColumns(table)[i].id, bytes.size()});
  }
  std::string out;
  AppendVarint(out, row_count);
  dictionaries.resources.AppendTo(out);
  dictionaries.scopes.AppendTo(out);
  AppendVarint(out, written.size());
  out.reserve(out.size() + bytes.size() + written.size() * kColumnHeadBytesMax);
  size_t begin = 0;
  for (const auto& [id, end] : written) {
    out.push_back(static_cast<char>(id));
    AppendLengthPrefixed(out, std::string_view(bytes).substr(begin, end - begin));
    begin = end;
  }
  return out;
}

Result<std::shared_ptr<Chunk>> ReadChunk(Table table, std::string tenant, std::string bytes) {
  auto chunk = std::make_shared<Chunk>();
  chunk->table = table;
  chunk->tenant = std::move(tenant);
  chunk->bytes = std::move(bytes);
  if (!ReadInto(*chunk)) return DataLoss("the bytes are not a batch");
  chunk->allocated_bytes = sizeof(Chunk) + chunk->bytes.capacity() +
                           chunk->arena.allocated_bytes() +
                           chunk->trace_fingerprints.capacity() * sizeof(uint32_t) +
                           chunk->columns.capacity() * sizeof(std::string_view);
  return chunk;
}

}  // namespace spanhound::store
