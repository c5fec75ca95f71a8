// Any bytes as a log segment: no crash, no huge allocation, no endless loop. The first byte
// chooses between a segment, where most bytes end at a checksum, and the decoder behind it.
#include <string_view>

#include "store/columns/chunk_rows.h"
#include "store/wal/wal_recovery.h"

namespace {

using namespace spanhound::store;

void ReadEveryColumn(Table table, std::string_view bytes) {
  auto chunk = ReadChunk(table, "t", std::string(bytes));
  if (!chunk.ok()) return;
  ChunkRows rows(*chunk);
  for (const StoredColumn& column : StoredColumns(table)) (void)rows.Load({column.field}).ok();
  (void)rows.Load({Field::kAttribute, "k"}).ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 3) {
    case 0: (void)ReadWalSegment(bytes, 1, true, [](const ChunkPtr&) {}).ok(); break;
    case 1: ReadEveryColumn(Table::kSpans, bytes); break;
    case 2: ReadEveryColumn(Table::kLogs, bytes); break;
  }
  return 0;
}
