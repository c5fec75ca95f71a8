#include "store/compact/merge_order.h"

#include <algorithm>
#include <tuple>

#include "base/hash_map.h"

namespace spanhound::store {
namespace {

struct KeyedRun {
  uint64_t start;  // of the trace in all blocks; of a log record its time
  model::TraceId trace_id;
  model::SpanId span_id;  // of log records
  MergeRun run;

  auto key() const { return std::tie(start, trace_id, span_id, run.block, run.group, run.first); }
};

class MergeOrder {
 public:
  explicit MergeOrder(std::span<const BlockPtr> blocks)
      : blocks_(blocks), is_logs_(blocks[0]->footer().table == Table::kLogs) {}

  Status Read(const std::atomic<bool>& cancelled) {
    for (uint32_t block = 0; block < blocks_.size(); ++block) {
      for (uint32_t group = 0; group < blocks_[block]->footer().row_groups.size(); ++group) {
        if (cancelled) return Status(Code::kCancelled, "the merge was stopped");
        RETURN_IF_ERROR(ReadGroup(block, group));
      }
    }
    return Status::Ok();
  }

  std::vector<MergeRun> Order() && {
    if (!is_logs_) {
      for (KeyedRun& run : runs_) run.start = starts_.at(run.trace_id);
    }
    std::ranges::sort(runs_,
                      [](const KeyedRun& a, const KeyedRun& b) { return a.key() < b.key(); });
    std::vector<MergeRun> order;
    order.reserve(runs_.size());
    const model::TraceId* last = nullptr;
    for (KeyedRun& keyed : runs_) {
      keyed.run.joins = !is_logs_ && last != nullptr && *last == keyed.trace_id;
      last = &keyed.trace_id;
      order.push_back(keyed.run);
    }
    return order;
  }

 private:
  Status ReadGroup(uint32_t block, uint32_t group) {
    ASSIGN_OR_RETURN(auto rows, blocks_[block]->OpenRows(group));
    ASSIGN_OR_RETURN(auto traces, rows->LoadCells<model::TraceId>({Field::kTraceId}));
    ASSIGN_OR_RETURN(auto times, rows->LoadCells<uint64_t>({Field::kTime}));
    ASSIGN_OR_RETURN(auto spans, rows->LoadCells<model::SpanId>({Field::kSpanId}));
    for (uint32_t first = 0, end = 0; first < traces->size(); first = end) {
      end = first + 1;
      if (is_logs_) {
        runs_.push_back(
            {(*times)[first], (*traces)[first], (*spans)[first], {block, group, first, end}});
        continue;
      }
      while (end < traces->size() && (*traces)[end] == (*traces)[first]) ++end;
      runs_.push_back({0, (*traces)[first], {}, {block, group, first, end}});
      // Rows of a trace are in order of time.
      const auto [known, is_new] = starts_.try_emplace((*traces)[first], (*times)[first]);
      if (!is_new) known->second = std::min(known->second, (*times)[first]);
    }
    return Status::Ok();
  }

  const std::span<const BlockPtr> blocks_;
  const bool is_logs_;
  std::vector<KeyedRun> runs_;
  HashMap<model::TraceId, uint64_t, model::IdHash> starts_;
};

}  // namespace

Result<std::vector<MergeRun>> OrderMerge(std::span<const BlockPtr> blocks,
                                         const std::atomic<bool>& cancelled) {
  MergeOrder order(blocks);
  RETURN_IF_ERROR(order.Read(cancelled));
  return std::move(order).Order();
}

}  // namespace spanhound::store
