#include "wire/span_links.h"

#include <algorithm>

namespace spanhound::wire {

void SetLinks(std::span<model::SpanLink> links, model::Span* span) {
  const auto kept_end = std::remove_if(links.begin(), links.end(), [](const model::SpanLink& link) {
    return link.trace_id.is_zero() || link.span_id.is_zero();
  });
  const size_t kept = static_cast<size_t>(kept_end - links.begin());
  span->dropped_links_count += static_cast<uint32_t>(links.size() - kept);
  span->links = links.first(kept);
}

}  // namespace spanhound::wire
