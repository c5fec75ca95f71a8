#include "query/exec/find_traces.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/hash_map.h"
#include "query/exec/read_traces.h"
#include "query/exec/trace_condition.h"
#include "query/plan/lower.h"

namespace spanhound::query {
namespace {

using model::TraceId;

// Traces whose condition is still to be judged are read in groups of at least so many.
constexpr size_t kCandidatesMin = 64;

// The distinct traces of matching spans, newest first, group by group.
class Candidates {
 public:
  static Result<Candidates> Start(const Reading& reading, const TraceSearch& search,
                                  store::Predicate filter) {
    store::ScanRequest request = reading.NewRequest(store::Table::kSpans, search.time);
    request.filter = std::move(filter);
    request.columns = {{store::Field::kTraceId}};
    request.order = store::Order::kNewestFirst;
    ASSIGN_OR_RETURN(auto stream, reading.source.Scan(std::move(request)));
    return Candidates(reading, std::move(stream));
  }

  // Up to `count` more; none at the end.
  Result<std::vector<TraceId>> Next(size_t count) {
    std::vector<TraceId> ids;
    while (ids.size() < count) {
      RETURN_IF_ERROR(reading_->budget.Check());
      if (!batch_ || row_ == batch_->row_count) {
        ASSIGN_OR_RETURN(batch_, stream_->Next());
        row_ = 0;
        if (!batch_) break;
      }
      RETURN_IF_ERROR(TakeRows(count, &ids));
    }
    return ids;
  }

 private:
  Candidates(const Reading& reading, std::unique_ptr<store::ScanStream> stream)
      : reading_(&reading), stream_(std::move(stream)) {}

  Status TakeRows(size_t count, std::vector<TraceId>* ids) {
    const std::vector<TraceId>& column = batch_->column<TraceId>(0);
    for (; row_ < batch_->row_count && ids->size() < count; ++row_) {
      if (!seen_.insert(column[row_]).second) continue;
      RETURN_IF_ERROR(reading_->budget.Charge(2 * sizeof(TraceId)));
      ids->push_back(column[row_]);
    }
    return Status::Ok();
  }

  const Reading* reading_;
  std::unique_ptr<store::ScanStream> stream_;
  std::optional<store::ColumnBatch> batch_;
  size_t row_ = 0;
  HashSet<TraceId, model::IdHash> seen_;
};

// Those of `ids` whose traces satisfy all `conditions`, in the same order.
Result<std::vector<TraceId>> Satisfying(const Reading& reading, const std::vector<TraceId>& ids,
                                        const std::vector<traceql::Expression>& conditions) {
  if (conditions.empty()) return ids;
  ASSIGN_OR_RETURN(std::vector<TraceSummary> summaries, ReadTraceSummaries(reading, ids));
  std::vector<TraceId> kept;
  for (const TraceSummary& summary : summaries) {
    const bool holds = std::ranges::all_of(
        conditions, [&](const auto& condition) { return TraceConditionHolds(condition, summary); });
    if (holds) kept.push_back(summary.trace_id);
  }
  return kept;
}

}  // namespace

Result<std::vector<TraceId>> FindTraceIds(const Reading& reading, const TraceSearch& search) {
  ASSIGN_OR_RETURN(SearchPlan plan, PlanSearch(search.filter));
  for (const auto& condition : plan.trace_conditions) {
    RETURN_IF_ERROR(CheckTraceCondition(condition));
  }
  ASSIGN_OR_RETURN(Candidates candidates,
                   Candidates::Start(reading, search, std::move(plan.span_filter)));
  std::vector<TraceId> found;
  while (found.size() < search.limit) {
    size_t wanted = search.limit - found.size();
    if (!plan.trace_conditions.empty()) wanted = std::max(wanted, kCandidatesMin);
    ASSIGN_OR_RETURN(std::vector<TraceId> ids, candidates.Next(wanted));
    if (ids.empty()) break;
    ASSIGN_OR_RETURN(std::vector<TraceId> kept, Satisfying(reading, ids, plan.trace_conditions));
    found.insert(found.end(), kept.begin(), kept.end());
  }
  if (found.size() > search.limit) found.resize(search.limit);
  return found;
}

}  // namespace spanhound::query
