// For tests, fuzz seeds and benchmarks: batches with every field of the model set.
#pragma once

#include <limits>
#include <string>

#include "model/log_batch.h"
#include "model/semantic_names.h"
#include "model/span_batch.h"

namespace spanhound::wire {

inline model::TraceId SampleTraceId(uint64_t number) {
  model::TraceId id;
  for (size_t i = 0; i < 8; ++i) id.bytes[i] = static_cast<uint8_t>(0xa0 + i);
  for (size_t i = 0; i < 8; ++i) id.bytes[15 - i] = static_cast<uint8_t>(number >> (8 * i));
  return id;
}

inline model::SpanId SampleSpanId(uint64_t number) {
  model::SpanId id;
  for (size_t i = 0; i < 8; ++i) id.bytes[7 - i] = static_cast<uint8_t>(number >> (8 * i));
  return id;
}

template <typename T, size_t kSize>
std::span<const T> InArena(Arena& arena, const T (&values)[kSize]) {
  return arena.CopyArray(std::span<const T>(values));
}

// One attribute of every type, empty ones and nested ones included.
inline std::span<const model::Attribute> SampleAttributes(Arena& arena) {
  using model::Attribute;
  using model::AttributeValue;
  const AttributeValue elements[] = {
      AttributeValue::Int(-1), AttributeValue::String("two"), {}, AttributeValue::Bool(true)};
  const Attribute fields[] = {{"a", AttributeValue::Array(InArena(arena, elements))},
                              {"", AttributeValue::String("")},
                              {"a", AttributeValue::Bytes(std::string_view("\0\xff", 2))}};
  const Attribute attributes[] = {
      {"string", AttributeValue::String("caf\xc3\xa9")},
      {"bool", AttributeValue::Bool(false)},
      {"int", AttributeValue::Int(std::numeric_limits<int64_t>::min())},
      {"double", AttributeValue::Double(0.1)},
      {"denormal", AttributeValue::Double(5e-324)},
      {"infinity", AttributeValue::Double(-std::numeric_limits<double>::infinity())},
      {"bytes", AttributeValue::Bytes(std::string_view("\x01\0\x02", 3))},
      {"empty", {}},
      {"empty array", AttributeValue::Array({})},
      {"list", AttributeValue::KeyValueList(InArena(arena, fields))},
  };
  return InArena(arena, attributes);
}

template <typename Batch>
void AddSampleOwners(Batch& batch) {
  const std::span<const model::Attribute> attributes = SampleAttributes(batch.memory.arena());
  const model::Attribute service[] = {{model::kServiceName, model::AttributeValue::String("shop")}};
  batch.resources.push_back(
      {InArena(batch.memory.arena(), service), 3, "https://example.org/schema/1"});
  batch.resources.push_back({attributes, 0, ""});
  batch.scopes.push_back({"library", "1.2.3", attributes, 4, "https://example.org/schema/2"});
  batch.scopes.push_back({});
}

inline model::SpanBatch SampleSpanBatch() {
  model::SpanBatch batch;
  AddSampleOwners(batch);
  Arena& arena = batch.memory.arena();
  const std::span<const model::Attribute> attributes = SampleAttributes(arena);
  const model::SpanEvent events[] = {{1500, "event", attributes, 5}, {}};
  const model::SpanLink links[] = {
      {SampleTraceId(7), SampleSpanId(8), "vendor=x", attributes, 6, 0x101}};

  model::Span& full = batch.spans.emplace_back();
  full.trace_id = SampleTraceId(1);
  full.span_id = SampleSpanId(2);
  full.parent_span_id = SampleSpanId(3);
  full.kind = model::SpanKind::kClient;
  full.status_code = model::StatusCode::kError;
  full.flags = 0x301;
  full.start_unix_nanos = 1'700'000'000'000'000'001;
  full.end_unix_nanos = 1'700'000'000'000'000'999;
  full.name = "GET /cart";
  full.status_message = "timed out";
  full.trace_state = "a=1,b=2";
  full.attributes = attributes;
  full.events = InArena(arena, events);
  full.links = InArena(arena, links);
  full.dropped_attributes_count = 7;
  full.dropped_events_count = 8;
  full.dropped_links_count = 9;

  model::Span& bare = batch.spans.emplace_back();  // nothing but its ids, in another resource
  bare.trace_id = SampleTraceId(1);
  bare.span_id = SampleSpanId(4);
  bare.resource_index = 1;
  bare.scope_index = 1;
  return batch;
}

inline model::LogBatch SampleLogBatch() {
  model::LogBatch batch;
  AddSampleOwners(batch);
  const std::span<const model::Attribute> attributes = SampleAttributes(batch.memory.arena());

  model::LogRecord& full = batch.records.emplace_back();
  full.time_unix_nanos = 1'700'000'000'000'000'001;
  full.observed_time_unix_nanos = std::numeric_limits<uint64_t>::max();
  full.severity_number = 17;
  full.severity_text = "Error";
  full.event_name = "cart.failed";
  full.flags = 1;
  full.trace_id = SampleTraceId(1);
  full.span_id = SampleSpanId(2);
  full.body = model::AttributeValue::KeyValueList(attributes);
  full.attributes = attributes;
  full.dropped_attributes_count = 2;

  model::LogRecord& bare = batch.records.emplace_back();
  bare.body = model::AttributeValue::String("hello");
  bare.resource_index = 1;
  bare.scope_index = 1;
  return batch;
}

}  // namespace spanhound::wire
