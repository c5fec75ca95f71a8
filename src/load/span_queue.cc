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

// ResourceSpans with one ScopeSpans, up to its first span.
void AppendResourceSpansHead(std::string& body, std::string_view resource, size_t spans_bytes) {
  static const std::string scope = EncodeScope();
  size_t scope_spans_bytes = FieldSize(scope.size()) + spans_bytes;
  AppendFieldHead(body, kResourceSpans, FieldSize(resource.size()) + FieldSize(scope_spans_bytes));
  AppendBytesField(body, kResource, resource);
  AppendFieldHead(body, kScopeSpans, scope_spans_bytes);
  AppendBytesField(body, kScope, scope);
}

}  // namespace

std::string& SpanQueue::BeginSpan() {
  begin_ = bytes_.size();
  return bytes_;
}

void SpanQueue::EndSpan(uint32_t resource, const model::TraceId& trace_id) {
  spans_.push_back({resource, static_cast<uint32_t>(bytes_.size() - begin_), begin_, trace_id});
}

LoadRequest SpanQueue::TakeRequest(size_t span_count, const ResourceTable& resources) {
  CHECK(span_count <= this->span_count());
  const Entry* spans = spans_.data() + taken_spans_;
  LoadRequest request;
  request.span_count = static_cast<uint32_t>(span_count);
  std::vector<uint64_t> by_resource(span_count);  // resource above, index below
  size_t bytes = 0;
  for (size_t i = 0; i < span_count; ++i) {
    by_resource[i] = uint64_t{spans[i].resource} << 32 | i;
    bytes += FieldSize(spans[i].size_bytes);
    bool is_new = request.trace_ids.empty() || request.trace_ids.back() != spans[i].trace_id;
    if (is_new) request.trace_ids.push_back(spans[i].trace_id);
  }
  std::sort(by_resource.begin(), by_resource.end());
  request.body.reserve(bytes + bytes / 4);
  std::string scratch;
  for (size_t begin = 0, end = 0; begin < span_count; begin = end) {
    auto resource_number = static_cast<uint32_t>(by_resource[begin] >> 32);
    size_t spans_bytes = 0;
    for (; end < span_count && by_resource[end] >> 32 == resource_number; ++end) {
      spans_bytes += FieldSize(spans[by_resource[end] & UINT32_MAX].size_bytes);
    }
    AppendResourceSpansHead(request.body, resources.Resource(resource_number, scratch),
                            spans_bytes);
    for (size_t i = begin; i < end; ++i) {
      const Entry& span = spans[by_resource[i] & UINT32_MAX];
      AppendBytesField(request.body, kSpans, {bytes_.data() + span.offset, span.size_bytes});
    }
  }
  taken_spans_ += span_count;
  DropTaken();
  return request;
}

// Only when half of it is taken: a trace of any length is moved a few times, not once a request.
void SpanQueue::DropTaken() {
  if (2 * taken_spans_ < spans_.size()) return;
  size_t taken_bytes = taken_spans_ < spans_.size() ? spans_[taken_spans_].offset : bytes_.size();
  spans_.erase(spans_.begin(), spans_.begin() + static_cast<ptrdiff_t>(taken_spans_));
  bytes_.erase(0, taken_bytes);
  for (Entry& span : spans_) span.offset -= taken_bytes;
  taken_spans_ = 0;
}

}  // namespace spanhound::load
