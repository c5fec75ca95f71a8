#include "ingest/ingest.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "ingest/testing/hand_clock.h"
#include "ingest/testing/recording_store.h"
#include "ingest/testing/requests.h"

namespace spanhound::ingest {
namespace {

class IngestTest : public ::testing::Test {
 protected:
  std::optional<Receipt> AddSpans(Ingest& ingest, std::string body) {
    auto receipt = std::make_shared<std::optional<Receipt>>();
    ingest.AddSpans({Door::kOtlpHttp, std::move(body)}, wire::DecodeOtlpTraces,
                    [receipt](Receipt got) { *receipt = std::move(got); });
    return *receipt;
  }

  int64_t Metric(const std::string& series) { return MetricValue(metrics_, series); }

  RecordingStore store_;
  Metrics metrics_;
};

TEST_F(IngestTest, StoresCountsAndReports) {
  Ingest ingest(store_, metrics_);
  const auto receipt = AddSpans(ingest, TracesBody(3, 2));
  ASSERT_TRUE(receipt.has_value());
  EXPECT_TRUE(receipt->status.ok());
  EXPECT_EQ(receipt->accepted_count, 3u);
  EXPECT_EQ(receipt->rejected_count, 2u);
  EXPECT_EQ(receipt->rejected_message, "span 3: trace id is zero");
  ASSERT_EQ(store_.span_batches.size(), 1u);
  EXPECT_EQ(store_.span_batches[0].spans.size(), 3u);
  EXPECT_EQ(store_.span_batches[0].tenant, "default");
  EXPECT_EQ(Metric(R"(spanhound_ingest_spans_accepted_total{door="otlp-http"})"), 3);
  EXPECT_EQ(Metric(R"(spanhound_ingest_spans_rejected_total{door="otlp-http"})"), 2);
  const std::string labels = R"({format="otlp",transport="http"})";
  EXPECT_EQ(Metric("jaeger_collector_spans_received_total" + labels), 5);
  EXPECT_EQ(Metric("jaeger_collector_spans_rejected_total" + labels), 2);
}

TEST_F(IngestTest, TenantTravelsWithTheBatch) {
  Ingest ingest(store_, metrics_, {}, model::Tenancy::kByHeader);
  const auto add = [](Ingest& to) {
    to.AddLogs({Door::kOtlpGrpc, LogsBody(1), {{"x-tenant", "acme"}}}, wire::DecodeOtlpLogs,
               [](Receipt) {});
  };
  add(ingest);
  ASSERT_EQ(store_.log_batches.size(), 1u);
  EXPECT_EQ(store_.log_batches[0].tenant, "acme");
  EXPECT_EQ(Metric(R"(spanhound_ingest_log_records_accepted_total{door="otlp-grpc"})"), 1);
  Ingest without_tenancy(store_, metrics_);
  add(without_tenancy);
  ASSERT_EQ(store_.log_batches.size(), 2u);
  EXPECT_EQ(store_.log_batches[1].tenant, "default");
}

TEST_F(IngestTest, EmptyRequestsDoNotReachTheStore) {
  Ingest ingest(store_, metrics_);
  EXPECT_TRUE(AddSpans(ingest, "")->status.ok());
  EXPECT_TRUE(AddSpans(ingest, TracesBody(0, 1))->status.ok());
  EXPECT_TRUE(store_.span_batches.empty());
}

TEST_F(IngestTest, UndecodableRequestsAreNotRetryable) {
  Ingest ingest(store_, metrics_);
  const auto receipt = AddSpans(ingest, "\x0a");
  EXPECT_EQ(receipt->status.code(), Code::kInvalidArgument);
  EXPECT_FALSE(receipt->is_retryable);
  EXPECT_EQ(Metric("spanhound_ingest_requests_refused_total"
                   R"({door="otlp-http",reason="malformed"})"),
            1);
}

TEST_F(IngestTest, RequestsThatNeedTooMuchMemoryAreNotRetryable) {
  IngestLimits limits;
  limits.request.memory_bytes_max = 100;
  Ingest ingest(store_, metrics_, limits);
  const auto receipt = AddSpans(ingest, TracesBody(10));
  EXPECT_EQ(receipt->status.code(), Code::kResourceExhausted);
  EXPECT_FALSE(receipt->is_retryable);
  EXPECT_EQ(Metric("spanhound_ingest_requests_refused_total"
                   R"({door="otlp-http",reason="too_large"})"),
            1);
}

TEST_F(IngestTest, WhatAttributesLoseIsCountedByDoor) {
  model::LogBatch batch;
  batch.resources.emplace_back();
  batch.scopes.emplace_back();
  const std::array<model::Attribute, 2> attributes = {
      {{"a", model::AttributeValue::String("too long")}, {"b", model::AttributeValue::Int(1)}}};
  batch.records.emplace_back().attributes = attributes;
  IngestLimits limits;
  limits.request.attributes_max = 1;
  limits.request.attribute_value_bytes_max = 3;
  Ingest ingest(store_, metrics_, limits);
  ingest.AddLogs({Door::kOtlpGrpc, wire::EncodeOtlpLogs(batch)}, wire::DecodeOtlpLogs,
                 [](Receipt receipt) { EXPECT_TRUE(receipt.status.ok()); });
  ASSERT_EQ(store_.log_batches.size(), 1u);
  const model::LogRecord& record = store_.log_batches[0].records.at(0);
  EXPECT_EQ(record.dropped_attributes_count, 1u);
  EXPECT_EQ(record.attributes.front().value.text(), "too");
  EXPECT_EQ(Metric(R"(spanhound_ingest_attributes_dropped_total{door="otlp-grpc"})"), 1);
  EXPECT_EQ(Metric(R"(spanhound_ingest_attribute_values_cut_total{door="otlp-grpc"})"), 1);
  EXPECT_EQ(Metric(R"(spanhound_ingest_attributes_dropped_total{door="otlp-http"})"), 0);
}

TEST_F(IngestTest, StoreThatIsFullOrDownIsRetryable) {
  for (const Status& status : {ResourceExhausted("head full"), Unavailable("log failed")}) {
    Ingest ingest(store_, metrics_);
    store_.append_status = status;
    const auto receipt = AddSpans(ingest, TracesBody(2));
    EXPECT_EQ(receipt->status.code(), Code::kUnavailable);
    EXPECT_EQ(receipt->status.message(), status.message());
    EXPECT_TRUE(receipt->is_retryable);
    EXPECT_EQ(receipt->accepted_count, 0u);
  }
  EXPECT_EQ(Metric("spanhound_ingest_requests_refused_total"
                   R"({door="otlp-http",reason="overloaded"})"),
            2);
  EXPECT_EQ(Metric(R"(spanhound_ingest_spans_refused_total{door="otlp-http",reason="overloaded"})"),
            4);
  EXPECT_EQ(Metric(R"(spanhound_ingest_spans_accepted_total{door="otlp-http"})"), 0);
}

TEST_F(IngestTest, AFullStoreIsNotAskedAgainAtOnce) {
  HandClock clock;
  Ingest ingest(store_, metrics_, {}, model::Tenancy::kByHeader, clock);
  EXPECT_TRUE(ingest.CheckRoom(Door::kOtlpHttp, {}).ok());
  store_.append_status = ResourceExhausted("head full");
  AddSpans(ingest, TracesBody(2));
  store_.append_status = Status::Ok();
  const auto refused = AddSpans(ingest, "\x0a");  // not even decoded
  EXPECT_EQ(refused->status.code(), Code::kUnavailable);
  EXPECT_EQ(refused->status.message(), "head full");
  EXPECT_TRUE(refused->is_retryable);
  EXPECT_EQ(ingest.CheckRoom(Door::kOtlpHttp, {}).code(), Code::kUnavailable);
  EXPECT_TRUE(ingest.CheckRoom(Door::kOtlpHttp, {{"x-tenant", "other"}}).ok());
  EXPECT_EQ(Metric("spanhound_ingest_requests_refused_total"
                   R"({door="otlp-http",reason="overloaded"})"),
            3);
  clock.GoOn(100);
  EXPECT_TRUE(ingest.CheckRoom(Door::kOtlpHttp, {}).ok());
  EXPECT_TRUE(AddSpans(ingest, TracesBody(2))->status.ok());
}

TEST_F(IngestTest, RequestsThatWouldFindTooManyInFlightAreRefusedAtTheDoor) {
  const std::string body = TracesBody(1);
  IngestLimits limits;
  limits.in_flight_bytes_max = body.size();
  Ingest ingest(store_, metrics_, limits);
  store_.answers_later = true;
  AddSpans(ingest, body);
  EXPECT_EQ(ingest.CheckRoom(Door::kZipkinHttp, {}).code(), Code::kUnavailable);
  store_.AnswerAll();
  EXPECT_TRUE(ingest.CheckRoom(Door::kZipkinHttp, {}).ok());
}

TEST_F(IngestTest, OtherFailuresOfTheStoreAreNot) {
  Ingest ingest(store_, metrics_);
  store_.append_status = Internal("bug");
  const auto receipt = AddSpans(ingest, TracesBody(1));
  EXPECT_EQ(receipt->status.code(), Code::kInternal);
  EXPECT_FALSE(receipt->is_retryable);
}

TEST_F(IngestTest, BytesInFlightAreBounded) {
  const std::string body = TracesBody(1);
  IngestLimits limits;
  limits.in_flight_bytes_max = 2 * body.size();
  Ingest ingest(store_, metrics_, limits);
  store_.answers_later = true;
  EXPECT_FALSE(AddSpans(ingest, body).has_value());
  EXPECT_FALSE(AddSpans(ingest, body).has_value());
  EXPECT_EQ(Metric("spanhound_ingest_in_flight_bytes"), static_cast<int64_t>(2 * body.size()));
  const auto refused = AddSpans(ingest, body);
  ASSERT_TRUE(refused.has_value());
  EXPECT_TRUE(refused->is_retryable);

  store_.AnswerAll();
  EXPECT_EQ(Metric("spanhound_ingest_in_flight_bytes"), 0);
  EXPECT_FALSE(AddSpans(ingest, body).has_value());  // let in again
  store_.AnswerAll();
  EXPECT_EQ(Metric(R"(spanhound_ingest_spans_accepted_total{door="otlp-http"})"), 3);
}

TEST_F(IngestTest, RefusedRequestsGiveTheirBytesBack) {
  Ingest ingest(store_, metrics_);
  AddSpans(ingest, "\x0a");
  store_.append_status = Unavailable("down");
  AddSpans(ingest, TracesBody(1));
  EXPECT_EQ(Metric("spanhound_ingest_in_flight_bytes"), 0);
}

}  // namespace
}  // namespace spanhound::ingest
