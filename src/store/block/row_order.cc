#include "store/block/row_order.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/hash_map.h"

namespace spanhound::store {
namespace {

auto LogKey(const RowTable& rows, uint32_t row) {
  return std::tie(rows.numbers(Field::kTime)[row], rows.trace_ids()[row], rows.span_ids()[row]);
}

std::vector<uint32_t> OrderLogs(const RowTable& rows) {
  std::vector<uint32_t> order(rows.row_count());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(
      order, [&rows](uint32_t a, uint32_t b) { return LogKey(rows, a) < LogKey(rows, b); });
  return order;
}

struct TraceRows {
  model::TraceId id;
  uint64_t start = UINT64_MAX;
  uint32_t count = 0;
  uint32_t first = 0;  // place of its first row
};

// Sorting traces and then the few rows of each is several times cheaper than sorting all rows.
class SpanSorter {
 public:
  explicit SpanSorter(const RowTable& rows)
      : rows_(rows), times_(rows.numbers(Field::kTime)), trace_of_(rows.row_count()) {}

  std::vector<uint32_t> Order() {
    FindTraces();
    PlaceTraces();
    std::vector<uint32_t> order(rows_.row_count());
    std::vector<uint32_t> next(traces_.size());
    for (size_t i = 0; i < next.size(); ++i) next[i] = traces_[i].first;
    for (uint32_t row = 0; row < order.size(); ++row) order[next[trace_of_[row]]++] = row;
    for (const TraceRows& trace : traces_) {
      SortTrace(std::span(order).subspan(trace.first, trace.count));
    }
    return order;
  }

 private:
  void FindTraces() {
    HashMap<model::TraceId, uint32_t, model::IdHash> known;
    const std::vector<model::TraceId>& ids = rows_.trace_ids();
    for (uint32_t row = 0; row < ids.size(); ++row) {
      uint32_t trace = row > 0 ? trace_of_[row - 1] : 0;
      if (row == 0 || ids[row] != ids[row - 1]) {
        const auto [found, is_new] = known.try_emplace(ids[row], traces_.size());
        if (is_new) traces_.push_back({ids[row]});
        trace = found->second;
      }
      trace_of_[row] = trace;
      traces_[trace].start = std::min(traces_[trace].start, times_[row]);
      ++traces_[trace].count;
    }
  }

  void PlaceTraces() {
    std::vector<uint32_t> by_start(traces_.size());
    std::iota(by_start.begin(), by_start.end(), 0);
    std::ranges::sort(by_start, [this](uint32_t a, uint32_t b) {
      return std::tie(traces_[a].start, traces_[a].id) < std::tie(traces_[b].start, traces_[b].id);
    });
    uint32_t first = 0;
    for (uint32_t trace : by_start) {
      traces_[trace].first = first;
      first += traces_[trace].count;
    }
  }

  void SortTrace(std::span<uint32_t> rows) const {
    const std::vector<model::SpanId>& ids = rows_.span_ids();
    std::ranges::sort(rows, [&](uint32_t a, uint32_t b) {
      return std::tie(times_[a], ids[a], a) < std::tie(times_[b], ids[b], b);
    });
  }

  const RowTable& rows_;
  const std::vector<uint64_t>& times_;
  std::vector<TraceRows> traces_;
  std::vector<uint32_t> trace_of_;  // by row
};

}  // namespace

std::vector<uint32_t> OrderRows(const RowTable& rows) {
  if (rows.table() == Table::kLogs) return OrderLogs(rows);
  return SpanSorter(rows).Order();
}

std::vector<size_t> CutRowGroups(const std::vector<model::TraceId>& trace_ids,
                                 std::span<const uint32_t> order, size_t target_rows) {
  std::vector<size_t> ends;
  size_t first = 0;
  for (size_t row = 1; row <= order.size(); ++row) {
    const bool is_end = row == order.size();
    if (!is_end && row - first < target_rows) continue;
    const bool is_between = is_end || trace_ids[order[row]] != trace_ids[order[row - 1]];
    if (is_between || row - first >= target_rows * kTargetsPerGroupMax) {
      ends.push_back(row);
      first = row;
    }
  }
  return ends;
}

}  // namespace spanhound::store
