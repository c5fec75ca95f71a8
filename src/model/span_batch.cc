#include "model/span_batch.h"

#include <array>

namespace spanhound::model {
namespace {

constexpr std::array<std::string_view, 6> kKindNames = {"",       "internal", "server",
                                                        "client", "producer", "consumer"};

}  // namespace

std::string_view SpanKindName(SpanKind kind) {
  const size_t index = static_cast<size_t>(kind);
  return index < kKindNames.size() ? kKindNames[index] : "";
}

bool ParseSpanKind(std::string_view name, SpanKind* kind) {
  for (size_t i = 0; i < kKindNames.size(); ++i) {
    if (kKindNames[i] == name) {
      *kind = static_cast<SpanKind>(i);
      return true;
    }
  }
  return false;
}

void SpanBatch::Append(SpanBatch&& other) {
  const uint32_t first_resource = static_cast<uint32_t>(resources.size());
  const uint32_t first_scope = static_cast<uint32_t>(scopes.size());
  for (Span& span : other.spans) {
    span.resource_index += first_resource;
    span.scope_index += first_scope;
  }
  resources.insert(resources.end(), other.resources.begin(), other.resources.end());
  scopes.insert(scopes.end(), other.scopes.begin(), other.scopes.end());
  spans.insert(spans.end(), other.spans.begin(), other.spans.end());
  memory.Absorb(std::move(other.memory));
}

}  // namespace spanhound::model
