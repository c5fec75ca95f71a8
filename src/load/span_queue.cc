#include "load/span_queue.h"

#include <algorithm>

#include "base/check.h"
#include "load/span_encoding.h"

namespace spanhound::load {
namespace {

// ExportTraceServiceRequest, ResourceSpans and ScopeSpans.
constexpr uint32_t kResourceSpans = 1;
constexpr uint32_t kResource = 1;
constexpr uint32_t kScopeSpans = 2;
constexpr uint32_t kScope = 1;
constexpr uint32_t kSpans = 2;

std::string EncodeScope() {
  std::string scope;
  AppendBytesField(scope, 1, "spanhound.load");
  AppendBytesField(scope, 2, "1.0.0");
  return scope;
}

size_t FieldSize(size_t bytes) { return 1 + VarintSize(bytes) + bytes; }

void AppendFieldHead(std::string& out, uint32_t field, size_t bytes) {
  AppendVarint(out, field << 3 | 2);
  AppendVarint(out, bytes);
}

// `spans`: "spans" fields, one after the other.
void AppendResourceSpans(std::string& body, std::string_view resource, std::string_view spans) {
  static const std::string scope = EncodeScope();
  size_t scope_spans_bytes = FieldSize(scope.size()) + spans.size();
  AppendFieldHead(body, kResourceSpans, FieldSize(resource.size()) + FieldSize(scope_spans_bytes));
  AppendBytesField(body, kResource, resource);
  AppendFieldHead(body, kScopeSpans, scope_spans_bytes);
  AppendBytesField(body, kScope, scope);
  body.append(spans);
}

}  // namespace

void SpanQueue::Add(uint32_t resource, const model::TraceId& trace_id, std::string_view span) {
  spans_.push_back({resource, static_cast<uint32_t>(span.size()), trace_id});
  bytes_.append(span);
}

LoadRequest SpanQueue::TakeRequest(size_t span_count, const std::vector<std::string>& resources) {
  CHECK(span_count <= spans_.size());
  LoadRequest request;
  request.span_count = static_cast<uint32_t>(span_count);
  std::vector<std::string> spans_of(resources.size());
  size_t offset = 0;
  for (size_t i = 0; i < span_count; ++i) {
    const Entry& span = spans_[i];
    AppendBytesField(spans_of[span.resource], kSpans,
                     std::string_view(bytes_).substr(offset, span.size_bytes));
    offset += span.size_bytes;
    bool is_new = request.trace_ids.empty() || request.trace_ids.back() != span.trace_id;
    if (is_new) request.trace_ids.push_back(span.trace_id);
  }
  request.body.reserve(offset + offset / 4 + 1024 * resources.size());
  for (size_t r = 0; r < resources.size(); ++r) {
    if (!spans_of[r].empty()) AppendResourceSpans(request.body, resources[r], spans_of[r]);
  }
  spans_.erase(spans_.begin(), spans_.begin() + static_cast<ptrdiff_t>(span_count));
  bytes_.erase(0, offset);
  return request;
}

}  // namespace spanhound::load
