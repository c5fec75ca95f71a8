// Batches of spans and logs that a number decides: the same number gives the same bytes, as a
// client that sends a request again does. Traces spread over batches that follow each other. For
// tests only. Pure functions.
#pragma once

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "model/log_batch.h"
#include "store/testing/test_data.h"

namespace spanhound::store {

class RandomBatch {
 public:
  // Times are around `now_nanos`, increasing with `number`.
  RandomBatch(uint64_t number, uint64_t now_nanos)
      : number_(number), now_nanos_(now_nanos), random_(number) {}

  model::SpanBatch Spans(std::string tenant) {
    SpanBatchBuilder builder;
    builder.batch().tenant = std::move(tenant);
    Start(builder.batch());
    const uint64_t count = 1 + random_.Below(8);
    for (uint64_t i = 0; i < count; ++i) {
      AddService(builder);
      AddSpan(builder, i);
    }
    return builder.Take();
  }

  model::LogBatch Logs(std::string tenant) {
    model::LogBatch batch;
    batch.tenant = std::move(tenant);
    Start(batch);
    batch.resources.push_back({Attributes(), 1, Text("https://logs")});
    batch.scopes.push_back({Text("logger"), Text("1"), Attributes(), 0, {}});
    for (uint64_t count = 1 + random_.Below(6); count > 0; --count) {
      model::LogRecord& record = batch.records.emplace_back();
      // Records have no id; this tells them apart.
      record.observed_time_unix_nanos = now_nanos_ + number_ * 1000 + count;
      record.time_unix_nanos = random_.Below(4) == 0 ? 0 : now_nanos_ + random_.Below(5000);
      if (random_.Below(3) != 0) record.trace_id = Trace();
      record.span_id = IdOf<model::SpanId>(random_.Below(100));
      record.severity_number = static_cast<uint8_t>(random_.Below(25));
      record.severity_text = Word();
      record.event_name = random_.Below(4) == 0 ? Word() : std::string_view();
      record.flags = static_cast<uint32_t>(random_.Below(3));
      record.dropped_attributes_count = static_cast<uint32_t>(random_.Below(2));
      record.body = Value(2);
      record.attributes = Attributes();
    }
    return batch;
  }

 private:
  // Everything made is owned by this batch.
  template <typename Batch>
  void Start(Batch& batch) {
    arena_ = &batch.memory.arena();
  }

  void AddService(SpanBatchBuilder& builder) {
    if (!builder.batch().resources.empty() && random_.Below(3) != 0) return;
    constexpr std::string_view kServices[] = {"cart", "shop", "\xce\xa9 service", ""};
    builder.Service(kServices[random_.Below(std::size(kServices))]);
    builder.batch().scopes.push_back({Word(), Word(), Attributes(), 2, Word()});
  }

  void AddSpan(SpanBatchBuilder& builder, uint64_t index) {
    model::Span& span = builder.Add(0, number_ * 100 + index, Word(),
                                    now_nanos_ + number_ * 1000 + index, random_.Below(100'000));
    span.trace_id = Trace();
    span.parent_span_id = IdOf<model::SpanId>(random_.Below(2) * (number_ * 100 + index / 2));
    span.kind = static_cast<model::SpanKind>(random_.Below(6));
    span.status_code = static_cast<model::StatusCode>(random_.Below(3));
    span.scope_index = static_cast<uint32_t>(random_.Below(builder.batch().scopes.size()));
    span.attributes = Attributes();
    if (random_.Below(4) != 0) return;
    span.status_message = Word();
    span.trace_state = Word();
    span.flags = 0x101;
    span.dropped_attributes_count = static_cast<uint32_t>(random_.Below(5));
    span.dropped_events_count = static_cast<uint32_t>(random_.Below(5));
    span.dropped_links_count = static_cast<uint32_t>(random_.Below(5));
    auto events = arena_->AllocateArray<model::SpanEvent>(random_.Below(3));
    for (model::SpanEvent& event : events) {
      event = {now_nanos_ + random_.Below(1000), Word(), Attributes(), 1};
    }
    span.events = events;
    auto links = arena_->AllocateArray<model::SpanLink>(random_.Below(3));
    for (model::SpanLink& link : links) {
      link = {Trace(), IdOf<model::SpanId>(random_.Next()), Word(), Attributes(), 1, 7};
    }
    span.links = links;
  }

  // A trace has spans of about three batches.
  model::TraceId Trace() { return IdOf<model::TraceId>(1 + number_ / 3 + random_.Below(2)); }

  std::string_view Text(std::string_view text) { return arena_->Copy(text); }

  std::string_view Word() {
    constexpr std::string_view kWords[] = {
        "GET /", "checkout", "error", "", "\xf0\x9f\x90\x95", "a rather long text, much repeated"};
    const uint64_t choice = random_.Below(std::size(kWords) + 1);
    return choice < std::size(kWords) ? kWords[choice] : Text(std::to_string(random_.Next()));
  }

  model::AttributeValue Value(int depth) {
    using model::AttributeValue;
    switch (random_.Below(depth > 0 ? 9 : 6)) {
      case 0: return {};
      case 1: return AttributeValue::Bool(random_.Below(2) == 0);
      case 2: return AttributeValue::Int(static_cast<int64_t>(random_.Next()));
      case 3: return AttributeValue::Int(static_cast<int64_t>(random_.Below(600)));
      case 4: return AttributeValue::Double(std::bit_cast<double>(random_.Next()));
      case 5: return AttributeValue::Bytes(Text(std::string(random_.Below(20), '\xff')));
      case 6: {
        auto elements = arena_->AllocateArray<AttributeValue>(random_.Below(4));
        for (AttributeValue& element : elements) element = Value(depth - 1);
        return AttributeValue::Array(elements);
      }
      case 7: return AttributeValue::KeyValueList(Attributes(depth - 1));
      default: return AttributeValue::String(Word());
    }
  }

  std::span<const model::Attribute> Attributes(int depth = 2) {
    constexpr std::string_view kKeys[] = {"http.method", "user.id", "n", "", "db.statement"};
    auto attributes = arena_->AllocateArray<model::Attribute>(random_.Below(5));
    for (model::Attribute& attribute : attributes) {
      attribute = {kKeys[random_.Below(std::size(kKeys))], Value(depth)};
    }
    return attributes;
  }

  const uint64_t number_;
  const uint64_t now_nanos_;
  SeededRandom random_;
  Arena* arena_ = nullptr;
};

}  // namespace spanhound::store
