#include "query/exec/trace_builder.h"

#include <utility>

#include "query/exec/span_order.h"

namespace spanhound::query {
namespace {

uint64_t EstimateBytes(std::span<const model::Attribute> attributes) {
  uint64_t bytes = attributes.size_bytes();
  for (const model::Attribute& attribute : attributes) {
    const auto type = attribute.value.type;
    const bool has_text = type == model::ValueType::kString || type == model::ValueType::kBytes;
    // Elements of arrays and lists count as small values.
    const bool has_elements =
        type == model::ValueType::kArray || type == model::ValueType::kKeyValueList;
    bytes += has_text ? attribute.value.size : has_elements ? attribute.value.size * 32ull : 0;
  }
  return bytes;
}

}  // namespace

uint64_t EstimateBytes(const SpanRow& row) {
  const model::Span& span = row.span;
  uint64_t bytes = sizeof(model::Span) + span.name.size() + span.status_message.size() +
                   span.trace_state.size() + EstimateBytes(span.attributes);
  for (const model::SpanEvent& event : span.events) {
    bytes += sizeof event + event.name.size() + EstimateBytes(event.attributes);
  }
  for (const model::SpanLink& link : span.links) {
    bytes += sizeof link + link.trace_state.size() + EstimateBytes(link.attributes);
  }
  return bytes;
}

void TraceBuilder::Add(const SpanRow& row, const std::shared_ptr<const void>& memory) {
  if (trace_.memory.empty() || trace_.memory.back() != memory) trace_.memory.push_back(memory);
  model::SpanBatch& batch = trace_.batch;
  model::Span& span = batch.spans.emplace_back(row.span);
  span.resource_index = resources_.Intern(row.resource, batch.resources);
  span.scope_index = scopes_.Intern(row.scope, batch.scopes);
}

Trace TraceBuilder::Finish(model::TraceId trace_id, std::string tenant) {
  trace_.trace_id = trace_id;
  trace_.batch.tenant = std::move(tenant);
  DropCopies(trace_.batch.spans);
  SortSpans(trace_.batch.spans);
  return std::move(trace_);
}

}  // namespace spanhound::query
