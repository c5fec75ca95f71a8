#include "store/columns/chunk_codec.h"

#include "store/columns/column_codec.h"

namespace spanhound::store {
namespace {

// Columns of an id this version does not know are skipped, so that a later one may add some.
int IndexOfColumnId(Table table, uint8_t id) {
  const std::span<const StoredColumn> columns = StoredColumns(table);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].id == id) return static_cast<int>(i);
  }
  return -1;
}

bool ReadColumns(ByteReader& in, Chunk& chunk, const DecodedDictionaries& dictionaries,
                 DecodeMemory& memory) {
  size_t found_count = 0;
  while (!in.empty()) {
    const uint8_t id = in.ReadFixed<uint8_t>();
    ByteReader column(in.ReadLengthPrefixed());
    if (!in.ok()) return false;
    const int index = IndexOfColumnId(chunk.table, id);
    if (index < 0) continue;
    // In order and none twice: a column finds those it depends on.
    if (static_cast<size_t>(index) != found_count++) return false;
    if (!ReadColumn(column, chunk.table, index, chunk.row_count, dictionaries, memory,
                    &chunk.columns)) {
      return false;
    }
  }
  return in.ok() && found_count == chunk.columns.size();
}

bool ReadInto(Chunk& chunk) {
  ByteReader in(chunk.decoded_from);
  DecodeMemory memory(chunk.memory.arena(), kChunkBytesMax);
  chunk.row_count = in.ReadVarint();
  if (!in.ok() || chunk.row_count > kChunkRowsMax) return false;
  chunk.columns.resize(StoredColumns(chunk.table).size());
  DecodedDictionaries dictionaries;
  return ReadEntries(in, memory, &dictionaries.resources) &&
         ReadEntries(in, memory, &dictionaries.scopes) &&
         ReadColumns(in, chunk, dictionaries, memory);
}

}  // namespace

void AppendChunk(std::string& out, const Chunk& chunk) {
  // Columns first: they fill the dictionaries that go before them.
  RowDictionaries dictionaries;
  std::string columns;
  std::string column;
  for (size_t i = 0; i < chunk.columns.size(); ++i) {
    column.clear();
    AppendColumn(column, chunk.table, i, chunk.columns, dictionaries);
    columns.push_back(static_cast<char>(StoredColumns(chunk.table)[i].id));
    AppendLengthPrefixed(columns, column);
  }
  AppendVarint(out, chunk.row_count);
  dictionaries.resources.AppendTo(out);
  dictionaries.scopes.AppendTo(out);
  out.append(columns);
}

Result<ChunkPtr> ReadChunk(Table table, std::string tenant, std::string bytes) {
  auto chunk = std::make_shared<Chunk>();
  chunk->table = table;
  chunk->tenant = std::move(tenant);
  chunk->decoded_from = std::move(bytes);
  if (!ReadInto(*chunk)) return DataLoss("the bytes are not a batch");
  FinishChunk(*chunk);
  return ChunkPtr(std::move(chunk));
}

}  // namespace spanhound::store
