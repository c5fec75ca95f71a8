#include "query/exec/summarize.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

#include "base/hash_map.h"

namespace spanhound::query {
namespace {

auto Key(const SpanOutline& span) {
  return std::tie(span.start_unix_nanos, span.span_id, span.end_unix_nanos, span.service_name,
                  span.name, span.parent_span_id, span.status_code);
}

std::span<SpanOutline> SortedWithoutCopies(std::span<SpanOutline> spans) {
  std::ranges::sort(spans, [](const auto& a, const auto& b) { return Key(a) < Key(b); });
  const auto copies =
      std::ranges::unique(spans, [](const auto& a, const auto& b) { return Key(a) == Key(b); });
  return spans.first(spans.size() - copies.size());
}

// The earliest span without a stored parent; in a loop of parents the earliest of all.
const SpanOutline& FindRoot(std::span<const SpanOutline> spans) {
  HashSet<model::SpanId, model::IdHash> ids;
  ids.reserve(spans.size());
  for (const SpanOutline& span : spans) ids.insert(span.span_id);
  const auto root = std::ranges::find_if(spans, [&](const SpanOutline& span) {
    return span.parent_span_id.is_zero() || !ids.contains(span.parent_span_id);
  });
  return root == spans.end() ? spans.front() : *root;
}

std::vector<TraceSummary::Service> CountServices(std::span<const SpanOutline> spans) {
  std::map<std::string_view, TraceSummary::Service> by_name;
  for (const SpanOutline& span : spans) {
    TraceSummary::Service& service = by_name[span.service_name];
    ++service.span_count;
    if (span.status_code == model::StatusCode::kError) ++service.error_count;
  }
  std::vector<TraceSummary::Service> services;
  for (auto& [name, service] : by_name) {
    service.name = name;
    services.push_back(std::move(service));
  }
  return services;
}

}  // namespace

TraceSummary Summarize(model::TraceId trace_id, std::span<SpanOutline> spans) {
  spans = SortedWithoutCopies(spans);
  TraceSummary summary;
  summary.trace_id = trace_id;
  const SpanOutline& root = FindRoot(spans);
  summary.root_service_name = root.service_name;
  summary.root_name = root.name;
  summary.start_unix_nanos = spans.front().start_unix_nanos;
  uint64_t end = summary.start_unix_nanos;
  for (const SpanOutline& span : spans) end = std::max(end, span.end_unix_nanos);
  summary.duration_nanos = end - summary.start_unix_nanos;
  summary.span_count = spans.size();
  summary.services = CountServices(spans);
  for (const TraceSummary::Service& service : summary.services) {
    summary.error_count += service.error_count;
  }
  return summary;
}

}  // namespace spanhound::query
