// Writes OTLP protobuf field by field, as fast as a generator needs: appending, no message
// objects. Field numbers are those of opentelemetry/proto/trace/v1/trace.proto. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "model/ids.h"
#include "model/span_batch.h"

namespace spanhound::load {

inline void AppendBytesField(std::string& out, uint32_t field, std::string_view bytes) {
  AppendVarint(out, field << 3 | 2);
  AppendLengthPrefixed(out, bytes);
}

inline void AppendVarintField(std::string& out, uint32_t field, uint64_t value) {
  AppendVarint(out, field << 3);
  AppendVarint(out, value);
}

inline void AppendFixed64Field(std::string& out, uint32_t field, uint64_t value) {
  AppendVarint(out, field << 3 | 1);
  AppendFixed(out, value);
}

inline size_t VarintSize(uint64_t value) {
  size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

// A KeyValue holding a string, as `field` of the message being written.
inline void AppendStringAttribute(std::string& out, uint32_t field, std::string_view key,
                                  std::string_view value) {
  size_t any_size = 1 + VarintSize(value.size()) + value.size();
  size_t size = 1 + VarintSize(key.size()) + key.size() + 1 + VarintSize(any_size) + any_size;
  AppendVarint(out, field << 3 | 2);
  AppendVarint(out, size);
  AppendBytesField(out, 1, key);
  AppendVarint(out, 2 << 3 | 2);
  AppendVarint(out, any_size);
  AppendBytesField(out, 1, value);
}

inline void AppendIntAttribute(std::string& out, uint32_t field, std::string_view key,
                               int64_t value) {
  size_t any_size = 1 + VarintSize(static_cast<uint64_t>(value));
  size_t size = 1 + VarintSize(key.size()) + key.size() + 1 + VarintSize(any_size) + any_size;
  AppendVarint(out, field << 3 | 2);
  AppendVarint(out, size);
  AppendBytesField(out, 1, key);
  AppendVarint(out, 2 << 3 | 2);
  AppendVarint(out, any_size);
  AppendVarintField(out, 3, static_cast<uint64_t>(value));
}

// Of a Span: attributes go into this field.
inline constexpr uint32_t kSpanAttributes = 9;
inline constexpr uint32_t kSpanEvents = 11;
inline constexpr uint32_t kSpanStatus = 15;
// Of a Resource and of a Span.Event.
inline constexpr uint32_t kResourceAttributes = 1;
inline constexpr uint32_t kEventAttributes = 3;

struct SpanHead {
  model::TraceId trace_id;
  model::SpanId span_id;
  model::SpanId parent_span_id;
  std::string_view name;
  model::SpanKind kind = model::SpanKind::kInternal;
  uint64_t start_unix_nanos = 0;
  uint64_t end_unix_nanos = 0;
};

inline void AppendSpanHead(std::string& out, const SpanHead& head) {
  AppendBytesField(out, 1, head.trace_id.view());
  AppendBytesField(out, 2, head.span_id.view());
  if (!head.parent_span_id.is_zero()) AppendBytesField(out, 4, head.parent_span_id.view());
  AppendBytesField(out, 5, head.name);
  AppendVarintField(out, 6, static_cast<uint64_t>(head.kind));
  AppendFixed64Field(out, 7, head.start_unix_nanos);
  AppendFixed64Field(out, 8, head.end_unix_nanos);
  constexpr uint32_t kSampledAndLocalParent = 0x101;  // as SDKs send it
  AppendVarint(out, 16 << 3 | 5);
  AppendFixed(out, kSampledAndLocalParent);
}

}  // namespace spanhound::load
