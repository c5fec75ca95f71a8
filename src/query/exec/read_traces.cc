#include "query/exec/read_traces.h"

#include <string>
#include <utility>

#include "base/check.h"
#include "base/hash_map.h"
#include "query/exec/summarize.h"
#include "query/exec/trace_builder.h"
#include "query/plan/columns.h"

namespace spanhound::query {
namespace {

// A scan for every span of the traces, wherever in time; the store finds traces by id.
store::ScanRequest RequestSpansOf(const Reading& reading, std::span<const model::TraceId> trace_ids,
                                  std::vector<store::Column> columns) {
  store::ScanRequest request = reading.NewRequest(store::Table::kSpans);
  std::vector<store::Literal> ids;
  ids.reserve(trace_ids.size());
  for (const model::TraceId& id : trace_ids) ids.emplace_back(std::string(id.view()));
  request.filter = store::Predicate::In({store::Field::kTraceId}, std::move(ids));
  request.columns = std::move(columns);
  return request;
}

// Where in a list of distinct ids each one stands.
class Positions {
 public:
  explicit Positions(std::span<const model::TraceId> trace_ids) {
    for (size_t i = 0; i < trace_ids.size(); ++i) positions_.emplace(trace_ids[i], i);
  }

  // The scan hands out no other traces than those it was asked for.
  size_t Of(const model::TraceId& trace_id) const {
    const auto found = positions_.find(trace_id);
    CHECK(found != positions_.end());
    return found->second;
  }

 private:
  HashMap<model::TraceId, size_t, model::IdHash> positions_;
};

}  // namespace

Result<std::vector<Trace>> ReadTraces(const Reading& reading,
                                      std::span<const model::TraceId> trace_ids) {
  if (trace_ids.empty()) return std::vector<Trace>();
  const Positions positions(trace_ids);
  std::vector<TraceBuilder> builders(trace_ids.size());
  auto take = [&](const store::ColumnBatch& batch) -> Status {
    for (size_t row = 0; row < batch.row_count; ++row) {
      const SpanRow span = ReadSpan(batch, row);
      TraceBuilder& builder = builders[positions.Of(span.span.trace_id)];
      RETURN_IF_ERROR(reading.budget.Charge(builder.Add(span, batch.memory)));
    }
    return Status::Ok();
  };
  RETURN_IF_ERROR(
      reading.ForEachBatch(RequestSpansOf(reading, trace_ids, WholeSpanColumns()), take));
  std::vector<Trace> traces;
  traces.reserve(trace_ids.size());
  for (size_t i = 0; i < trace_ids.size(); ++i) {
    if (!builders[i].empty()) traces.push_back(builders[i].Finish(trace_ids[i], reading.tenant));
  }
  return traces;
}

Result<std::vector<TraceSummary>> ReadTraceSummaries(const Reading& reading,
                                                     std::span<const model::TraceId> trace_ids) {
  if (trace_ids.empty()) return std::vector<TraceSummary>();
  const Positions positions(trace_ids);
  std::vector<std::vector<SpanOutline>> outlines(trace_ids.size());
  std::vector<std::shared_ptr<const void>> memory;
  uint64_t charged = 0;
  auto take = [&](const store::ColumnBatch& batch) -> Status {
    memory.push_back(batch.memory);
    for (size_t row = 0; row < batch.row_count; ++row) {
      const SpanOutline span = ReadSpanOutline(batch, row);
      const uint64_t bytes = sizeof span + span.name.size() + span.service_name.size();
      RETURN_IF_ERROR(reading.budget.Charge(bytes));
      charged += bytes;
      outlines[positions.Of(span.trace_id)].push_back(span);
    }
    return Status::Ok();
  };
  RETURN_IF_ERROR(
      reading.ForEachBatch(RequestSpansOf(reading, trace_ids, SpanOutlineColumns()), take));
  std::vector<TraceSummary> summaries;
  summaries.reserve(trace_ids.size());
  for (size_t i = 0; i < trace_ids.size(); ++i) {
    if (!outlines[i].empty()) summaries.push_back(Summarize(trace_ids[i], outlines[i]));
  }
  reading.budget.Refund(charged);
  return summaries;
}

}  // namespace spanhound::query
