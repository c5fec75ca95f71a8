#include "query/exec/find_traces.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/hash_map.h"
#include "query/exec/page_token.h"
#include "query/exec/read_traces.h"
#include "query/exec/trace_condition.h"
#include "query/plan/lower.h"

namespace spanhound::query {
namespace {

using model::TraceId;

// Traces whose condition is still to be judged are read in groups of at least so many.
constexpr size_t kCandidatesMin = 64;

// A trace, and where its newest matching span stands.
struct Candidate {
  TraceId trace_id;
  store::Cursor newest;
};

std::vector<store::Column> PositionColumns() {
  return {{store::Field::kTraceId}, {store::Field::kSpanId}, {store::Field::kTime}};
}

store::Cursor ReadPosition(const store::ColumnBatch& batch, size_t row) {
  store::Cursor position;
  position.trace_id = batch.column<TraceId>(0)[row];
  position.span_id = batch.column<model::SpanId>(1)[row];
  position.key = batch.column<uint64_t>(2)[row];
  return position;
}

// Newest first, as Order::kNewestFirst. Copies of a span are of the same trace and need no order.
bool IsBehind(const store::Cursor& a, const store::Cursor& b) {
  return std::tie(b.key, a.trace_id, a.span_id) > std::tie(a.key, b.trace_id, b.span_id);
}

// The distinct traces of matching spans, newest first, group by group.
class Candidates {
 public:
  static Result<Candidates> Start(const Reading& reading, const TraceSearch& search,
                                  store::Predicate filter, std::optional<store::Cursor> after) {
    store::ScanRequest request = reading.NewRequest(store::Table::kSpans, search.time);
    request.filter = std::move(filter);
    request.columns = PositionColumns();
    request.order = store::Order::kNewestFirst;
    request.after = after;
    ASSIGN_OR_RETURN(auto stream, reading.source.Scan(std::move(request)));
    return Candidates(reading, std::move(stream));
  }

  // Up to `count` more; none at the end.
  Result<std::vector<Candidate>> Next(size_t count) {
    std::vector<Candidate> group;
    while (group.size() < count) {
      RETURN_IF_ERROR(reading_->budget.Check());
      if (!batch_ || row_ == batch_->row_count) {
        ASSIGN_OR_RETURN(batch_, stream_->Next());
        row_ = 0;
        if (!batch_) break;
      }
      RETURN_IF_ERROR(TakeRows(count, &group));
    }
    return group;
  }

 private:
  Candidates(const Reading& reading, std::unique_ptr<store::ScanStream> stream)
      : reading_(&reading), stream_(std::move(stream)) {}

  Status TakeRows(size_t count, std::vector<Candidate>* group) {
    for (; row_ < batch_->row_count && group->size() < count; ++row_) {
      const TraceId& trace_id = batch_->column<TraceId>(0)[row_];
      if (!seen_.insert(trace_id).second) continue;
      RETURN_IF_ERROR(reading_->budget.Charge(sizeof(TraceId) + sizeof(Candidate)));
      group->push_back({trace_id, ReadPosition(*batch_, row_)});
    }
    return Status::Ok();
  }

  const Reading* reading_;
  std::unique_ptr<store::ScanStream> stream_;
  std::optional<store::ColumnBatch> batch_;
  size_t row_ = 0;
  HashSet<TraceId, model::IdHash> seen_;
};

std::vector<TraceId> IdsOf(const std::vector<Candidate>& group) {
  std::vector<TraceId> ids;
  for (const Candidate& candidate : group) ids.push_back(candidate.trace_id);
  return ids;
}

// Leaves out traces that an earlier page, which ended at `after`, has given: they have a matching
// span there.
Status DropGiven(const Reading& reading, const TraceSearch& search, const store::Predicate& filter,
                 const store::Cursor& after, std::vector<Candidate>* group) {
  store::ScanRequest request = reading.NewRequest(store::Table::kSpans, search.time);
  request.time.min_unix_nanos = std::max(request.time.min_unix_nanos, after.key);
  std::vector<store::Literal> ids;
  for (const Candidate& candidate : *group)
    ids.emplace_back(std::string(candidate.trace_id.view()));
  request.filter = store::Predicate::And(
      {store::Predicate::In({store::Field::kTraceId}, std::move(ids)), filter});
  request.columns = PositionColumns();
  HashSet<TraceId, model::IdHash> given;
  const auto take = [&](const store::ColumnBatch& batch) {
    for (size_t row = 0; row < batch.row_count; ++row) {
      const store::Cursor position = ReadPosition(batch, row);
      if (!IsBehind(position, after)) given.insert(position.trace_id);
    }
    return Status::Ok();
  };
  RETURN_IF_ERROR(reading.ForEachBatch(std::move(request), take));
  std::erase_if(*group, [&](const Candidate& one) { return given.contains(one.trace_id); });
  return Status::Ok();
}

// Leaves those whose traces satisfy all `conditions`.
Status DropUnsatisfying(const Reading& reading, const std::vector<traceql::Expression>& conditions,
                        std::vector<Candidate>* group) {
  if (conditions.empty()) return Status::Ok();
  ASSIGN_OR_RETURN(std::vector<TraceSummary> summaries, ReadTraceSummaries(reading, IdsOf(*group)));
  HashSet<TraceId, model::IdHash> satisfying;
  for (const TraceSummary& summary : summaries) {
    const bool holds = std::ranges::all_of(
        conditions, [&](const auto& condition) { return TraceConditionHolds(condition, summary); });
    if (holds) satisfying.insert(summary.trace_id);
  }
  std::erase_if(*group, [&](const Candidate& one) { return !satisfying.contains(one.trace_id); });
  return Status::Ok();
}

FoundTraces AnswerOf(std::vector<Candidate> found, size_t limit) {
  const bool may_have_more = found.size() >= limit && limit > 0;
  if (found.size() > limit) found.resize(limit);
  FoundTraces answer{IdsOf(found), {}};
  if (may_have_more) {
    answer.next_page = EncodePageToken(store::Order::kNewestFirst, found.back().newest);
  }
  return answer;
}

}  // namespace

Result<FoundTraces> FindTraceIds(const Reading& reading, const TraceSearch& search) {
  ASSIGN_OR_RETURN(const SearchPlan plan, PlanSearch(search.filter));
  for (const auto& condition : plan.trace_conditions) {
    RETURN_IF_ERROR(CheckTraceCondition(condition));
  }
  std::optional<store::Cursor> after;
  if (!search.after.empty()) {
    ASSIGN_OR_RETURN(after, DecodePageToken(store::Order::kNewestFirst, search.after));
  }
  ASSIGN_OR_RETURN(Candidates candidates,
                   Candidates::Start(reading, search, plan.span_filter, after));
  std::vector<Candidate> found;
  while (found.size() < search.limit) {
    size_t wanted = search.limit - found.size();
    if (after || !plan.trace_conditions.empty()) wanted = std::max(wanted, kCandidatesMin);
    ASSIGN_OR_RETURN(std::vector<Candidate> group, candidates.Next(wanted));
    if (group.empty()) break;
    if (after) RETURN_IF_ERROR(DropGiven(reading, search, plan.span_filter, *after, &group));
    RETURN_IF_ERROR(DropUnsatisfying(reading, plan.trace_conditions, &group));
    found.insert(found.end(), group.begin(), group.end());
  }
  return AnswerOf(std::move(found), search.limit);
}

}  // namespace spanhound::query
