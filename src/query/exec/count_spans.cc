#include "query/exec/count_spans.h"

#include <string>
#include <utility>

#include "query/plan/group_column.h"
#include "query/plan/lower.h"

namespace spanhound::query {
namespace {

// The store counts by number.
template <typename Enum, typename NameOf>
void NameValues(std::vector<SpanCount>& counts, Enum last, NameOf name_of) {
  for (SpanCount& count : counts) {
    for (int number = 0; number <= static_cast<int>(last); ++number) {
      if (count.value == std::to_string(number)) {
        count.value = name_of(static_cast<Enum>(number));
        break;
      }
    }
  }
}

std::string_view KindName(model::SpanKind kind) {
  return kind == model::SpanKind::kUnspecified ? "unspecified" : model::SpanKindName(kind);
}

std::string_view StatusName(model::StatusCode status) {
  if (status == model::StatusCode::kUnset) return "unset";
  return status == model::StatusCode::kOk ? "ok" : "error";
}

}  // namespace

Result<std::vector<SpanCount>> CountSpans(const Reading& reading, const SpanCountSearch& search,
                                          uint32_t groups_max) {
  ASSIGN_OR_RETURN(SearchPlan plan, PlanSearch(search.filter));
  if (!plan.trace_conditions.empty()) {
    return Unimplemented("spans cannot be counted by conditions on their trace");
  }
  const store::ScanRequest limits = reading.NewRequest(store::Table::kSpans, search.time);
  store::CountRequest request;
  request.tenant = limits.tenant;
  request.time = limits.time;
  request.memory_bytes_max = limits.memory_bytes_max;
  request.cancelled = limits.cancelled;
  request.filter = std::move(plan.span_filter);
  request.groups_max = groups_max;
  if (search.group_by) {
    ASSIGN_OR_RETURN(request.group_by, GroupColumn(*search.group_by));
  }
  ASSIGN_OR_RETURN(auto groups, reading.source.Count(request));
  std::vector<SpanCount> counts;
  for (store::GroupCount& group : groups) {
    counts.push_back({std::move(group.value), group.row_count});
  }
  if (request.group_by && request.group_by->field == store::Field::kKind) {
    NameValues(counts, model::SpanKind::kConsumer, KindName);
  } else if (request.group_by && request.group_by->field == store::Field::kStatusCode) {
    NameValues(counts, model::StatusCode::kError, StatusName);
  }
  return counts;
}

}  // namespace spanhound::query
