// The Jaeger doors besides HTTP: gRPC and the agent's datagrams.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/jaeger_grpc.h"
#include "ingest/testing/hand_clock.h"
#include "ingest/testing/recording_store.h"
#include "ingest/testing/requests.h"
#include "wire/jaeger/agent_call.h"
#include "wire/jaeger/jaeger_encode.h"

namespace spanhound::ingest {
namespace {

using wire::JaegerEncoding;

class JaegerDoorsTest : public ::testing::Test {
 protected:
  // `good` spans of one service, and `bad` ones, whose trace id is zero.
  static std::string Message(JaegerEncoding encoding, size_t good, size_t bad = 0) {
    model::SpanBatch batch;
    batch.resources.emplace_back();
    batch.scopes.emplace_back();
    for (size_t i = 0; i < good + bad; ++i) {
      model::Span& span = batch.spans.emplace_back();
      if (i < good) span.trace_id.bytes[0] = 1;
      span.span_id.bytes[0] = static_cast<uint8_t>(i + 1);
    }
    return wire::EncodeJaeger(batch, encoding).at(0).bytes;
  }

  net::GrpcReply PostSpans(std::string body,
                           std::vector<std::pair<std::string, std::string>> metadata = {}) {
    net::GrpcReply got;
    got.status = Internal("no answer");
    JaegerGrpcMethods(ingest_)[0].second({std::move(body), std::move(metadata)},
                                         [&](net::GrpcReply reply) { got = std::move(reply); });
    return got;
  }

  int64_t Spans(const std::string& what, const std::string& door) {
    return MetricValue(metrics_, "spanhound_ingest_spans_" + what + "{door=\"" + door + "\"}");
  }
  int64_t Refused(const std::string& door, const std::string& reason) {
    return MetricValue(metrics_, "spanhound_ingest_requests_refused_total{door=\"" + door +
                                     "\",reason=\"" + reason + "\"}");
  }

  RecordingStore store_;
  Metrics metrics_;
  HandClock clock_;
  Ingest ingest_{store_, metrics_, {}, model::Tenancy::kOff, clock_};
};

TEST_F(JaegerDoorsTest, PostSpansStores) {
  const net::GrpcReply reply = PostSpans(Message(JaegerEncoding::kPostSpans, 3, 1));
  EXPECT_TRUE(reply.status.ok());
  EXPECT_EQ(reply.body, "");
  ASSERT_EQ(store_.span_batches.size(), 1u);
  EXPECT_EQ(store_.span_batches[0].spans.size(), 3u);
  EXPECT_EQ(Spans("accepted_total", "jaeger-grpc"), 3);
  EXPECT_EQ(Spans("rejected_total", "jaeger-grpc"), 1);
}

TEST_F(JaegerDoorsTest, PostSpansTellsWhatWentWrong) {
  EXPECT_EQ(PostSpans("\x0a").status.code(), Code::kInvalidArgument);
  EXPECT_EQ(PostSpans(Message(JaegerEncoding::kPostSpans, 0, 2)).status.code(),
            Code::kInvalidArgument);
  store_.append_status = ResourceExhausted("head full");
  const net::GrpcReply busy = PostSpans(Message(JaegerEncoding::kPostSpans, 1));
  EXPECT_EQ(busy.status.code(), Code::kUnavailable);
  EXPECT_NE(busy.status_details, "");
  store_.append_status = Internal("bug");
  clock_.GoOn(kRetryDelayMs);
  EXPECT_EQ(PostSpans(Message(JaegerEncoding::kPostSpans, 1)).status.code(), Code::kInternal);
}

TEST_F(JaegerDoorsTest, DatagramsAreStoredTogether) {
  ingest_.AddDatagrams(Door::kJaegerUdpCompact, wire::DecodeAgentCall,
                       {Message(JaegerEncoding::kCompactCall, 2, 1), "garbage", "",
                        Message(JaegerEncoding::kBinaryCall, 3)});
  ASSERT_EQ(store_.span_batches.size(), 1u);
  EXPECT_EQ(store_.span_batches[0].spans.size(), 5u);
  EXPECT_EQ(Spans("received_total", "jaeger-udp-compact"), 6);
  EXPECT_EQ(Spans("accepted_total", "jaeger-udp-compact"), 5);
  EXPECT_EQ(Spans("rejected_total", "jaeger-udp-compact"), 1);
  EXPECT_EQ(Refused("jaeger-udp-compact", "malformed"), 2);
  EXPECT_EQ(MetricValue(metrics_, "spanhound_ingest_in_flight_bytes"), 0);
}

TEST_F(JaegerDoorsTest, DatagramsTheStoreRefusesAreCounted) {
  store_.append_status = ResourceExhausted("head full");
  ingest_.AddDatagrams(Door::kJaegerUdpBinary, wire::DecodeAgentCall,
                       {Message(JaegerEncoding::kBinaryCall, 2)});
  EXPECT_EQ(MetricValue(metrics_,
                        "spanhound_ingest_spans_refused_total"
                        R"({door="jaeger-udp-binary",reason="overloaded"})"),
            2);
  EXPECT_EQ(Spans("queued", "jaeger-udp-binary"), 0);
}

TEST_F(JaegerDoorsTest, DatagramsPastTheBytesInFlightAreCounted) {
  Metrics metrics;
  IngestLimits limits;
  limits.in_flight_bytes_max = 10;
  Ingest ingest(store_, metrics, limits);
  ingest.AddDatagrams(Door::kJaegerUdpBinary, wire::DecodeAgentCall,
                      {Message(JaegerEncoding::kBinaryCall, 2)});
  EXPECT_TRUE(store_.span_batches.empty());
  EXPECT_EQ(MetricValue(metrics,
                        "spanhound_ingest_requests_refused_total"
                        R"({door="jaeger-udp-binary",reason="overloaded"})"),
            1);
}

TEST_F(JaegerDoorsTest, WhatWaitsIsQueued) {
  store_.answers_later = true;
  ingest_.AddDatagrams(Door::kJaegerUdpCompact, wire::DecodeAgentCall,
                       {Message(JaegerEncoding::kCompactCall, 4)});
  EXPECT_EQ(Spans("queued", "jaeger-udp-compact"), 4);
  EXPECT_EQ(Spans("accepted_total", "jaeger-udp-compact"), 0);
  store_.AnswerAll();
  EXPECT_EQ(Spans("queued", "jaeger-udp-compact"), 0);
  EXPECT_EQ(Spans("accepted_total", "jaeger-udp-compact"), 4);
}

}  // namespace
}  // namespace spanhound::ingest
