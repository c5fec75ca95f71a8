#include "query/exec/span_order.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <tuple>
#include <utility>

#include "base/hash_map.h"
#include "model/ids.h"
#include "query/exec/content_hash.h"

namespace spanhound::query {
namespace {

using model::Span;
using Row = uint32_t;

constexpr Row kNoRow = UINT32_MAX;
constexpr uint32_t kUnknownDepth = UINT32_MAX;
constexpr uint32_t kBeingWalked = UINT32_MAX - 1;

// The row of every span's parent. Of spans that share an id (Zipkin) the first is the parent.
std::vector<Row> ParentRows(const std::vector<Span>& spans) {
  HashMap<model::SpanId, Row, model::IdHash> row_of;
  row_of.reserve(spans.size());
  for (Row row = 0; row < spans.size(); ++row) row_of.try_emplace(spans[row].span_id, row);
  std::vector<Row> parents(spans.size(), kNoRow);
  for (Row row = 0; row < spans.size(); ++row) {
    if (spans[row].parent_span_id.is_zero()) continue;
    auto found = row_of.find(spans[row].parent_span_id);
    if (found != row_of.end()) parents[row] = found->second;
  }
  return parents;
}

// Walks up from `row` to a known depth or a root (or into a loop), then down again.
void FillDepths(Row row, const std::vector<Row>& parents, std::vector<uint32_t>& depths,
                std::vector<Row>& path) {
  path.clear();
  while (row != kNoRow && depths[row] == kUnknownDepth) {
    depths[row] = kBeingWalked;
    path.push_back(row);
    row = parents[row];
  }
  const bool is_anchored = row != kNoRow && depths[row] != kBeingWalked;
  uint32_t depth = is_anchored ? depths[row] + 1 : 0;
  for (auto step = path.rbegin(); step != path.rend(); ++step) depths[*step] = depth++;
}

std::vector<uint32_t> Depths(const std::vector<Span>& spans) {
  const std::vector<Row> parents = ParentRows(spans);
  std::vector<uint32_t> depths(spans.size(), kUnknownDepth);
  std::vector<Row> path;
  for (Row row = 0; row < spans.size(); ++row) FillDepths(row, parents, depths, path);
  return depths;
}

bool HasSharedIds(const std::vector<Span>& spans) {
  HashSet<model::SpanId, model::IdHash> seen;
  seen.reserve(spans.size());
  return std::ranges::any_of(spans,
                             [&](const Span& span) { return !seen.insert(span.span_id).second; });
}

}  // namespace

void DropCopies(std::vector<Span>& spans) {
  if (!HasSharedIds(spans)) return;
  HashMap<uint64_t, std::vector<Row>> kept_by_hash;
  std::vector<Span> kept;
  kept.reserve(spans.size());
  for (const Span& span : spans) {
    std::vector<Row>& rivals = kept_by_hash[ContentHash(span)];
    const bool is_copy =
        std::ranges::any_of(rivals, [&](Row row) { return SameContent(kept[row], span); });
    if (is_copy) continue;
    rivals.push_back(static_cast<Row>(kept.size()));
    kept.push_back(span);
  }
  spans = std::move(kept);
}

void SortSpans(std::vector<Span>& spans) {
  const std::vector<uint32_t> depths = Depths(spans);
  std::vector<Row> order(spans.size());
  std::iota(order.begin(), order.end(), 0);
  const auto key = [&](Row row) {
    const Span& span = spans[row];
    return std::tuple(span.start_unix_nanos, depths[row], span.span_id, span.end_unix_nanos,
                      span.name);
  };
  std::ranges::sort(order, [&](Row a, Row b) { return key(a) < key(b); });
  std::vector<Span> sorted;
  sorted.reserve(spans.size());
  for (Row row : order) sorted.push_back(spans[row]);
  spans = std::move(sorted);
}

}  // namespace spanhound::query
