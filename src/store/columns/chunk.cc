#include "store/columns/chunk.h"

#include "base/checksum.h"

namespace spanhound::store {
namespace {

uint64_t ColumnBytes(const ColumnData& column) {
  return std::visit(
      [](const auto& cells) {
        return cells.capacity() * sizeof(typename std::decay_t<decltype(cells)>::value_type);
      },
      column);
}

uint32_t FingerprintOf(const model::TraceId& id) {
  return static_cast<uint32_t>(Checksum64(id.view()));
}

std::vector<uint32_t> FingerprintsOf(const std::vector<model::TraceId>& ids) {
  std::vector<uint32_t> fingerprints;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (i == 0 || ids[i] != ids[i - 1]) fingerprints.push_back(FingerprintOf(ids[i]));
  }
  std::ranges::sort(fingerprints);
  const auto copies = std::ranges::unique(fingerprints);
  fingerprints.erase(copies.begin(), copies.end());
  fingerprints.shrink_to_fit();
  return fingerprints;
}

}  // namespace

bool Chunk::MayHoldTraces(std::span<const model::TraceId> ids) const {
  return std::ranges::any_of(ids, [this](const model::TraceId& id) {
    return std::ranges::binary_search(trace_fingerprints, FingerprintOf(id));
  });
}

void FinishChunk(Chunk& chunk) {
  const std::vector<uint64_t>& times = chunk.cells<uint64_t>(Field::kTime);
  if (chunk.table == Table::kSpans) {
    const std::vector<uint64_t>& ends = chunk.cells<uint64_t>(Field::kEndTime);
    for (size_t i = 0; i < times.size(); ++i) {
      chunk.bounds.Add(times[i], DurationOf(times[i], ends[i]));
    }
  } else {
    for (uint64_t time : times) chunk.bounds.Add(time, 0);
  }
  chunk.trace_fingerprints = FingerprintsOf(chunk.cells<model::TraceId>(Field::kTraceId));
  chunk.allocated_bytes = sizeof(Chunk) + chunk.memory.allocated_bytes() +
                          chunk.decoded_from.capacity() +
                          chunk.trace_fingerprints.capacity() * sizeof(uint32_t);
  for (const ColumnData& column : chunk.columns) chunk.allocated_bytes += ColumnBytes(column);
}

}  // namespace spanhound::store
