#include "query/exec/trace_builder.h"

#include <utility>

#include "query/exec/span_order.h"

namespace spanhound::query {
namespace {

// Names, quotes and digits around one attribute, and around a span, in an answer.
constexpr uint64_t kAttributeTextBytes = 40;
constexpr uint64_t kSpanTextBytes = 400;

// What is stored is held as it is, and once more as text.
uint64_t TwiceBytes(std::string_view text) { return 2 * text.size(); }

uint64_t EstimateBytes(std::span<const model::Attribute> attributes) {
  uint64_t bytes = attributes.size_bytes();
  for (const model::Attribute& attribute : attributes) {
    const auto type = attribute.value.type;
    const bool has_text = type == model::ValueType::kString || type == model::ValueType::kBytes;
    // Elements of arrays and lists count as small values.
    const bool has_elements =
        type == model::ValueType::kArray || type == model::ValueType::kKeyValueList;
    bytes += kAttributeTextBytes + TwiceBytes(attribute.key);
    bytes += has_text       ? attribute.value.size * 2ull
             : has_elements ? attribute.value.size * 64ull
                            : 0;
  }
  return bytes;
}

}  // namespace

uint64_t EstimateBytes(const SpanRow& row) {
  const model::Span& span = row.span;
  // Itself, its cells in the batch, and a copy while spans are sorted or written.
  uint64_t bytes = 3 * sizeof(model::Span) + kSpanTextBytes + TwiceBytes(span.name) +
                   TwiceBytes(span.status_message) + TwiceBytes(span.trace_state) +
                   EstimateBytes(span.attributes);
  for (const model::SpanEvent& event : span.events) {
    bytes += sizeof event + kAttributeTextBytes + TwiceBytes(event.name) +
             EstimateBytes(event.attributes);
  }
  for (const model::SpanLink& link : span.links) {
    bytes += sizeof link + kSpanTextBytes + TwiceBytes(link.trace_state) +
             EstimateBytes(link.attributes);
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
