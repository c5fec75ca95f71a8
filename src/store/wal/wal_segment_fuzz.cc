// Any bytes as a log segment: no crash, no huge allocation, no endless loop. The first byte
// chooses between a segment, where most bytes end at a checksum, and the decoder behind it.
#include <string_view>

#include "store/columns/chunk_codec.h"
#include "store/wal/wal_recovery.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spanhound::store;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 3) {
    case 0: (void)ReadWalSegment(bytes, 1, true, [](const ChunkPtr&) {}).ok(); break;
    case 1: (void)ReadChunk(Table::kSpans, "t", std::string(bytes)).ok(); break;
    case 2: (void)ReadChunk(Table::kLogs, "t", std::string(bytes)).ok(); break;
  }
  return 0;
}
