#include "api/jaeger/shared_span_ids.h"

#include <cstdint>
#include <cstring>

#include "base/hash_map.h"
#include "model/ids.h"

namespace spanhound::api {
namespace {

using model::Span;
using model::SpanId;

// The next id in a fixed sequence that no span of the trace uses.
SpanId UnusedIdAfter(SpanId id, const HashSet<SpanId, model::IdHash>& used) {
  do {
    uint64_t word;
    std::memcpy(&word, id.bytes.data(), sizeof word);
    word = word * 6364136223846793005u + 1442695040888963407u;
    std::memcpy(id.bytes.data(), &word, sizeof word);
  } while (id.is_zero() || used.contains(id));
  return id;
}

}  // namespace

void SeparateSharedSpanIds(std::vector<Span>& spans) {
  HashSet<SpanId, model::IdHash> used;
  used.reserve(spans.size());
  HashSet<SpanId, model::IdHash> client_ids;
  for (const Span& span : spans) {
    used.insert(span.span_id);
    if (span.kind == model::SpanKind::kClient) client_ids.insert(span.span_id);
  }
  if (used.size() == spans.size()) return;
  HashMap<SpanId, SpanId, model::IdHash> server_ids;  // by the id shared with the client
  for (Span& span : spans) {
    if (span.kind != model::SpanKind::kServer || !client_ids.contains(span.span_id)) continue;
    const SpanId shared = span.span_id;
    span.span_id = UnusedIdAfter(shared, used);
    used.insert(span.span_id);
    server_ids.try_emplace(shared, span.span_id);
    span.parent_span_id = shared;
  }
  for (Span& span : spans) {
    const auto server = server_ids.find(span.parent_span_id);
    const bool is_server_itself =
        span.kind == model::SpanKind::kServer && client_ids.contains(span.parent_span_id);
    if (server != server_ids.end() && !is_server_itself) span.parent_span_id = server->second;
  }
}

}  // namespace spanhound::api
