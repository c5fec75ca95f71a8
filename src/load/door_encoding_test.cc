#include "load/door_encoding.h"

#include <gtest/gtest.h>

#include "wire/logs/elasticsearch_bulk.h"
#include "wire/logs/fluent_forward.h"
#include "wire/zipkin/zipkin_json.h"
#include "wire/zipkin/zipkin_proto.h"

namespace spanhound::load {
namespace {

using model::AttributeValue;

class DoorEncodingTest : public ::testing::Test {
 protected:
  DoorEncodingTest() {
    resource_[0] = {"service.name", AttributeValue::String("shop")};
    tags_[0] = {"text", AttributeValue::String("a \"b\"")};
    tags_[1] = {"number", AttributeValue::Int(5)};
    event_[0].time_unix_nanos = 1'700'000'000'000'001'000;
    event_[0].name = "retry";
    batch_.resources.emplace_back().attributes = resource_;
    batch_.scopes.emplace_back();
    model::Span& span = batch_.spans.emplace_back();
    span.trace_id.bytes[0] = 1;
    span.span_id.bytes[0] = 2;
    span.parent_span_id.bytes[0] = 3;
    span.kind = model::SpanKind::kClient;
    span.name = "get";
    span.start_unix_nanos = 1'700'000'000'000'000'000;
    span.end_unix_nanos = 1'700'000'000'000'250'000;
    span.attributes = tags_;
    span.events = event_;
  }

  void ExpectSpan(const Result<wire::Decoded<model::SpanBatch>>& decoded) {
    ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
    const model::Span& span = decoded->batch.spans.at(0);
    const model::Span& sent = batch_.spans[0];
    EXPECT_EQ(span.trace_id, sent.trace_id);
    EXPECT_EQ(span.span_id, sent.span_id);
    EXPECT_EQ(span.parent_span_id, sent.parent_span_id);
    EXPECT_EQ(span.kind, sent.kind);
    EXPECT_EQ(span.start_unix_nanos, sent.start_unix_nanos);
    EXPECT_EQ(span.end_unix_nanos, sent.end_unix_nanos);
    EXPECT_EQ(span.attributes[0].value.text(), "a \"b\"");
    EXPECT_EQ(span.attributes[1].value.text(), "5");
    EXPECT_EQ(span.events[0].name, "retry");
    EXPECT_EQ(decoded->batch.resource_of(span).service_name(), "shop");
  }

  void ExpectRecord(const model::LogBatch& batch) {
    const model::LogRecord& record = batch.records.at(0);
    EXPECT_EQ(record.trace_id, batch_.spans[0].trace_id);
    EXPECT_EQ(record.span_id, batch_.spans[0].span_id);
    EXPECT_EQ(record.time_unix_nanos, batch_.spans[0].end_unix_nanos);
    EXPECT_EQ(record.body.text(), "get");
    EXPECT_EQ(record.severity_number, 9);
    EXPECT_EQ(batch.resource_of(record).service_name(), "shop");
  }

  model::Attribute resource_[1];
  model::Attribute tags_[2];
  model::SpanEvent event_[1];
  model::SpanBatch batch_;
};

TEST_F(DoorEncodingTest, Zipkin) {
  ExpectSpan(wire::DecodeZipkinJson(EncodeZipkinJson(batch_), {}));
  ExpectSpan(wire::DecodeZipkinProto(EncodeZipkinProto(batch_), {}));
}

TEST_F(DoorEncodingTest, Elasticsearch) {
  const auto bulk = wire::DecodeElasticsearchBulk(EncodeElasticsearchBulk(batch_), "", 1, {});
  ASSERT_TRUE(bulk.ok()) << bulk.status().ToString();
  ExpectRecord(bulk->logs.batch);
}

TEST_F(DoorEncodingTest, Fluent) {
  const std::string bytes = EncodeFluentForward(batch_, "7");
  const auto message = wire::ParseFluentMessage(bytes);
  ASSERT_TRUE(message.ok()) << message.status().ToString();
  EXPECT_EQ(message->chunk, "7");
  wire::Decoded<model::LogBatch> decoded;
  wire::FluentRecords records({}, 1, &decoded);
  ASSERT_TRUE(records.Add(*message, message->entries).ok());
  ExpectRecord(decoded.batch);
}

}  // namespace
}  // namespace spanhound::load
