#include "query/exec/trace_builder.h"

#include <utility>

#include "query/exec/answer_bytes.h"
#include "query/exec/span_order.h"

namespace spanhound::query {
uint64_t TraceBuilder::Add(const SpanRow& row, const std::shared_ptr<const void>& memory) {
  if (trace_.memory.empty() || trace_.memory.back() != memory) trace_.memory.push_back(memory);
  model::SpanBatch& batch = trace_.batch;
  const size_t known_resources = batch.resources.size();
  model::Span& span = batch.spans.emplace_back(row.span);
  span.resource_index = resources_.Intern(row.resource, batch.resources);
  span.scope_index = scopes_.Intern(row.scope, batch.scopes);
  const bool has_new_resource = batch.resources.size() > known_resources;
  return EstimateBytes(row) + (has_new_resource ? EstimateBytes(*row.resource) : 0);
}

Trace TraceBuilder::Finish(model::TraceId trace_id, std::string tenant) {
  trace_.trace_id = trace_id;
  trace_.batch.tenant = std::move(tenant);
  DropCopies(trace_.batch.spans);
  SortSpans(trace_.batch.spans);
  return std::move(trace_);
}

}  // namespace spanhound::query
