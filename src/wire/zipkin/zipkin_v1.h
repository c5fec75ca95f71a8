// Spans of Zipkin's first model, in which kind, times and addresses are annotations, as spans of
// its second: cs/cr make a client, sr/ss a server, ms a producer, mr a consumer; ca, sa and ma are
// the addresses of the other side. A span reported for both sides becomes two that share their id,
// as Zipkin's own converter makes them. Internal to wire; pure function.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/span_batch.h"
#include "wire/zipkin/zipkin_spans.h"

namespace spanhound::wire {

struct ZipkinV1Annotation {
  uint64_t time_unix_nanos = 0;
  std::string_view value;
  ZipkinEndpoint host;
};

struct ZipkinV1BinaryAnnotation {
  model::Attribute tag;
  ZipkinEndpoint host;
};

struct ZipkinV1Span {
  model::TraceId trace_id;
  model::SpanId id;
  model::SpanId parent_id;
  bool is_debug = false;
  uint64_t start_unix_nanos = 0;  // 0: told by the annotations
  uint64_t duration_nanos = 0;
  std::string_view name;
  std::span<const ZipkinV1Annotation> annotations;
  std::span<const ZipkinV1BinaryAnnotation> binary_annotations;
};

void AddZipkinV1(const ZipkinV1Span& span, ZipkinSpans* spans);

}  // namespace spanhound::wire
