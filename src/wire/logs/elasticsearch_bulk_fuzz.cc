// Any text: decode or refuse, and what was decoded are records the rest of the house can read.
#include <cstdint>
#include <string>

#include "wire/logs/elasticsearch_bulk.h"
#include "wire/testing/reencode.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace spanhound::wire;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  if (const auto bulk = DecodeElasticsearchBulk(bytes, "logs", 1, {}); bulk.ok()) {
    CHECK(bulk->items.size() == bulk->logs.batch.records.size() + bulk->logs.rejected_count);
    CheckReencodes(bulk->logs.batch);
  }
  return 0;
}
