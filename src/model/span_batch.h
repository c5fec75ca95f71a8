// Span and SpanBatch: the one in-memory form of traces, whatever format they arrived in or leave
// in. Field by field this is OpenTelemetry's trace.proto; times are nanoseconds since 1970 UTC.
// A batch owns everything its views point to (BatchMemory) and belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/attribute.h"
#include "model/batch_memory.h"
#include "model/ids.h"
#include "model/resource.h"
#include "model/tenancy.h"

namespace spanhound::model {

enum class SpanKind : uint8_t {
  kUnspecified = 0,
  kInternal = 1,
  kServer = 2,
  kClient = 3,
  kProducer = 4,
  kConsumer = 5,
};
// "server", "client", ...; "" for kUnspecified.
std::string_view SpanKindName(SpanKind kind);
// The reverse; false for any other text.
bool ParseSpanKind(std::string_view name, SpanKind* kind);

enum class StatusCode : uint8_t { kUnset = 0, kOk = 1, kError = 2 };

struct SpanEvent {
  uint64_t time_unix_nanos = 0;
  std::string_view name;
  std::span<const Attribute> attributes;
  uint32_t dropped_attributes_count = 0;
};

struct SpanLink {
  TraceId trace_id;
  SpanId span_id;
  std::string_view trace_state;
  std::span<const Attribute> attributes;
  uint32_t dropped_attributes_count = 0;
  uint32_t flags = 0;
};

struct Span {
  TraceId trace_id;
  SpanId span_id;
  SpanId parent_span_id;  // zero: a root
  SpanKind kind = SpanKind::kUnspecified;
  StatusCode status_code = StatusCode::kUnset;
  uint32_t flags = 0;
  uint32_t resource_index = 0;  // into SpanBatch::resources
  uint32_t scope_index = 0;     // into SpanBatch::scopes
  uint64_t start_unix_nanos = 0;
  uint64_t end_unix_nanos = 0;
  std::string_view name;
  std::string_view status_message;
  std::string_view trace_state;
  std::span<const Attribute> attributes;
  std::span<const SpanEvent> events;
  std::span<const SpanLink> links;
  uint32_t dropped_attributes_count = 0;
  uint32_t dropped_events_count = 0;
  uint32_t dropped_links_count = 0;

  // 0 for a span that ends before it starts.
  uint64_t duration_nanos() const {
    return end_unix_nanos > start_unix_nanos ? end_unix_nanos - start_unix_nanos : 0;
  }
};

struct SpanBatch {
  std::string tenant = std::string(kDefaultTenant);
  std::vector<Resource> resources;
  std::vector<Scope> scopes;
  std::vector<Span> spans;
  BatchMemory memory;

  const Resource& resource_of(const Span& span) const { return resources[span.resource_index]; }
  const Scope& scope_of(const Span& span) const { return scopes[span.scope_index]; }

  // Takes over the spans of `other`, which is of the same tenant, with what they need.
  void Append(SpanBatch&& other);
};

}  // namespace spanhound::model
