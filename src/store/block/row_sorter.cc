#include "store/block/row_sorter.h"

#include <algorithm>
#include <tuple>

#include "base/hash_map.h"

namespace spanhound::store {
namespace {

struct SortKey {
  uint64_t trace_start;  // of logs: their time
  model::TraceId trace_id;
  uint64_t time;
  model::SpanId span_id;
  RowRef ref;
};

bool Before(const SortKey& a, const SortKey& b) {
  return std::tie(a.trace_start, a.trace_id, a.time, a.span_id, a.ref.source, a.ref.row) <
         std::tie(b.trace_start, b.trace_id, b.time, b.span_id, b.ref.source, b.ref.row);
}

using TraceStarts = HashMap<model::TraceId, uint64_t, model::IdHash>;

TraceStarts FindTraceStarts(const std::vector<SortKey>& keys) {
  TraceStarts starts;
  for (const SortKey& key : keys) {
    const auto [found, is_new] = starts.try_emplace(key.trace_id, key.time);
    if (!is_new) found->second = std::min(found->second, key.time);
  }
  return starts;
}

}  // namespace

std::vector<RowRef> SortRows(std::span<const ChunkPtr> chunks) {
  std::vector<SortKey> keys;
  for (uint32_t source = 0; source < chunks.size(); ++source) {
    const Chunk& chunk = *chunks[source];
    const auto& times = chunk.cells<uint64_t>(Field::kTime);
    const auto& traces = chunk.cells<model::TraceId>(Field::kTraceId);
    const auto& spans = chunk.cells<model::SpanId>(Field::kSpanId);
    for (uint32_t row = 0; row < chunk.row_count; ++row) {
      keys.push_back({times[row], traces[row], times[row], spans[row], {source, row}});
    }
  }
  if (!chunks.empty() && chunks[0]->table == Table::kSpans) {
    const TraceStarts starts = FindTraceStarts(keys);
    for (SortKey& key : keys) key.trace_start = starts.at(key.trace_id);
  }
  std::ranges::sort(keys, Before);
  std::vector<RowRef> refs(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) refs[i] = keys[i].ref;
  return refs;
}

std::vector<size_t> CutRowGroups(const std::vector<model::TraceId>& trace_ids, size_t target_rows) {
  std::vector<size_t> ends;
  size_t first = 0;
  for (size_t row = 1; row <= trace_ids.size(); ++row) {
    const bool is_end = row == trace_ids.size();
    const bool is_between = is_end || trace_ids[row] != trace_ids[row - 1];
    if (is_end || (row - first >= target_rows && is_between) ||
        row - first >= target_rows * kTargetsPerGroupMax) {
      ends.push_back(row);
      first = row;
    }
  }
  return ends;
}

}  // namespace spanhound::store
