#include "query/query.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/hash_map.h"
#include "query/exec/budget.h"
#include "query/exec/count_spans.h"
#include "query/exec/deadline_watch.h"
#include "query/exec/dependencies.h"
#include "query/exec/find_logs.h"
#include "query/exec/find_traces.h"
#include "query/exec/list_attributes.h"
#include "query/exec/read_traces.h"
#include "query/exec/reading.h"
#include "store/scan.h"

namespace spanhound::query {
namespace {

Counter* NewRefusedCounter(Metrics* metrics, std::string limit) {
  if (metrics == nullptr) return nullptr;
  return &metrics->NewCounter("spanhound_query_refused_total",
                              "Queries that ended at a limit, by limit.",
                              {{"limit", std::move(limit)}});
}

void Count(Counter* counter) {
  if (counter != nullptr) counter->Add();
}

Status CheckLimit(uint64_t asked, uint64_t max, Counter* refused) {
  if (asked <= max) return Status::Ok();
  Count(refused);
  return InvalidArgument("limit " + std::to_string(asked) + " is more than the " +
                         std::to_string(max) + " this server gives at once");
}

std::vector<model::TraceId> Distinct(std::span<const model::TraceId> trace_ids) {
  HashSet<model::TraceId, model::IdHash> seen;
  std::vector<model::TraceId> out;
  for (const model::TraceId& id : trace_ids) {
    if (seen.insert(id).second) out.push_back(id);
  }
  return out;
}

}  // namespace

Engine::Engine(store::ScanSource& source, EngineOptions options)
    : source_(source),
      options_(options),
      deadlines_(std::make_unique<DeadlineWatch>()),
      refused_memory_(NewRefusedCounter(options.metrics, "memory")),
      refused_time_(NewRefusedCounter(options.metrics, "time")),
      refused_groups_(NewRefusedCounter(options.metrics, "groups")),
      refused_traces_(NewRefusedCounter(options.metrics, "traces")),
      refused_log_records_(NewRefusedCounter(options.metrics, "log_records")),
      refused_listings_(NewRefusedCounter(options.metrics, "listing_entries")),
      cancelled_(options.metrics == nullptr
                     ? nullptr
                     : &options.metrics->NewCounter("spanhound_query_cancelled_total",
                                                    "Queries whose client went away.")) {}

Engine::~Engine() = default;

// Runs `run(reading)` under the limits and says which of them ended it.
template <typename Answer, typename Run>
Result<Answer> Engine::RunQuery(const QueryContext& context, Run run) {
  Cancellation own;
  Cancellation& cancellation = context.cancellation == nullptr ? own : *context.cancellation;
  const auto ticket = deadlines_->Watch(options_.limits.run_ms_max, cancellation);
  Budget budget(options_.limits.memory_bytes_max, cancellation.flag());
  Result<Answer> answer = run(Reading{source_, context.tenant, budget});
  if (answer.ok()) return answer;
  if (answer.status().code() == Code::kResourceExhausted) Count(refused_memory_);
  if (answer.status().code() == Code::kOutOfRange) Count(refused_groups_);
  if (answer.status().code() != Code::kCancelled) return answer;
  if (!ticket.expired()) {
    Count(cancelled_);
    return answer;
  }
  Count(refused_time_);
  return Status(Code::kDeadlineExceeded, "the query ran longer than " +
                                             std::to_string(options_.limits.run_ms_max) +
                                             " ms: narrow the time range or the conditions");
}

Result<std::vector<Trace>> Engine::FindTraces(const TraceSearch& search,
                                              const QueryContext& context) {
  RETURN_IF_ERROR(CheckLimit(search.limit, options_.limits.traces_max, refused_traces_));
  using Answer = std::vector<Trace>;
  return RunQuery<Answer>(context, [&](const Reading& reading) -> Result<Answer> {
    ASSIGN_OR_RETURN(const FoundTraces found, FindTraceIds(reading, search));
    return ReadTraces(reading, found.ids);
  });
}

Result<TraceSummaries> Engine::FindTraceSummaries(const TraceSearch& search,
                                                  const QueryContext& context) {
  RETURN_IF_ERROR(CheckLimit(search.limit, options_.limits.traces_max, refused_traces_));
  return RunQuery<TraceSummaries>(context, [&](const Reading& reading) -> Result<TraceSummaries> {
    ASSIGN_OR_RETURN(FoundTraces found, FindTraceIds(reading, search));
    ASSIGN_OR_RETURN(auto summaries, ReadTraceSummaries(reading, found.ids));
    return TraceSummaries{std::move(summaries), std::move(found.next_page)};
  });
}

Result<Trace> Engine::GetTrace(model::TraceId trace_id, const QueryContext& context) {
  ASSIGN_OR_RETURN(std::vector<Trace> traces, GetTraces({&trace_id, 1}, context));
  if (traces.empty()) return NotFound("trace not found");
  return std::move(traces.front());
}

Result<std::vector<Trace>> Engine::GetTraces(std::span<const model::TraceId> trace_ids,
                                             const QueryContext& context) {
  RETURN_IF_ERROR(CheckLimit(trace_ids.size(), options_.limits.traces_max, refused_traces_));
  const std::vector<model::TraceId> distinct = Distinct(trace_ids);
  return RunQuery<std::vector<Trace>>(
      context, [&](const Reading& reading) { return ReadTraces(reading, distinct); });
}

Result<std::vector<TraceSummary>> Engine::SummarizeTraces(std::span<const model::TraceId> trace_ids,
                                                          const QueryContext& context) {
  RETURN_IF_ERROR(CheckLimit(trace_ids.size(), options_.limits.traces_max, refused_traces_));
  const std::vector<model::TraceId> distinct = Distinct(trace_ids);
  return RunQuery<std::vector<TraceSummary>>(
      context, [&](const Reading& reading) { return ReadTraceSummaries(reading, distinct); });
}

Result<Logs> Engine::FindLogs(const LogSearch& search, const QueryContext& context) {
  RETURN_IF_ERROR(CheckLimit(search.limit, options_.limits.log_records_max, refused_log_records_));
  return RunQuery<Logs>(context,
                        [&](const Reading& reading) { return query::FindLogs(reading, search); });
}

Result<std::vector<SpanCount>> Engine::CountSpans(const SpanCountSearch& search,
                                                  const QueryContext& context) {
  return RunQuery<std::vector<SpanCount>>(context, [&](const Reading& reading) {
    return query::CountSpans(reading, search, options_.limits.groups_max);
  });
}

Result<Listing<std::string>> Engine::Services(const QueryContext& context) {
  return source_.Services(context.tenant);
}

Result<Listing<Operation>> Engine::Operations(std::string_view service_name,
                                              const QueryContext& context) {
  ASSIGN_OR_RETURN(auto listing, source_.Operations(context.tenant, service_name));
  Listing<Operation> operations{{}, listing.total, listing.is_complete};
  operations.entries.reserve(listing.entries.size());
  for (store::OperationEntry& entry : listing.entries) {
    operations.entries.push_back({std::move(entry.name), entry.kind, entry.span_count});
  }
  return operations;
}

Result<Listing<AttributeKey>> Engine::AttributeKeys(const AttributeKeySearch& search,
                                                    const QueryContext& context) {
  RETURN_IF_ERROR(CheckLimit(search.limit, options_.limits.listing_entries_max, refused_listings_));
  return RunQuery<Listing<AttributeKey>>(
      context, [&](const Reading& reading) { return ListAttributeKeys(reading, search); });
}

Result<Listing<AttributeValueCount>> Engine::AttributeValues(const AttributeValueSearch& search,
                                                             const QueryContext& context) {
  RETURN_IF_ERROR(CheckLimit(search.limit, options_.limits.listing_entries_max, refused_listings_));
  return RunQuery<Listing<AttributeValueCount>>(
      context, [&](const Reading& reading) { return ListAttributeValues(reading, search); });
}

Result<std::vector<Dependency>> Engine::Dependencies(TimeRange time, const QueryContext& context) {
  return RunQuery<std::vector<Dependency>>(
      context, [&](const Reading& reading) { return CountDependencies(reading, time); });
}

}  // namespace spanhound::query
