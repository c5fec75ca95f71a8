#include "ingest/zipkin_http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/testing/recording_store.h"
#include "ingest/testing/requests.h"

namespace spanhound::ingest {
namespace {

using ::testing::HasSubstr;

constexpr char kJsonType[] = "application/json";
constexpr char kOneSpan[] = R"([{"traceId":"1","id":"2","name":"op"}])";

class ZipkinHttpTest : public ::testing::Test {
 protected:
  ZipkinHttpTest() { AddZipkinHttpRoutes(router_, ingest_); }

  net::HttpResponse Send(std::string path, std::string type, std::string body) {
    return Post(router_, std::move(path), std::move(type), std::move(body));
  }

  RecordingStore store_;
  Metrics metrics_;
  Ingest ingest_{store_, metrics_};
  net::HttpRouter router_;
};

TEST_F(ZipkinHttpTest, EveryFormatIsStoredAnd202) {
  // A span with ids and a name, in each encoding.
  const std::string proto("\x0a\x18\x0a\x08\0\0\0\0\0\0\0\x01\x1a\x08\0\0\0\0\0\0\0\x02\x2a\x02op",
                          26);
  const std::string thrift(
      "\x0c\0\0\0\x01\x0a\0\x01\0\0\0\0\0\0\0\x01\x0b\0\x03\0\0\0\x02op\x0a\0\x04\0\0\0\0\0\0\0\x02"
      "\0",
      37);
  const struct {
    const char* path;
    const char* type;
    std::string body;
  } kRequests[] = {{"/api/v2/spans", "Application/JSON; charset=utf-8", kOneSpan},
                   {"/api/v2/spans", "application/x-protobuf", proto},
                   {"/api/v1/spans", kJsonType, kOneSpan},
                   {"/api/v1/spans", "application/x-thrift", thrift}};
  for (const auto& request : kRequests) {
    const net::HttpResponse response = Send(request.path, request.type, request.body);
    EXPECT_EQ(response.status, 202) << request.type << ": " << response.body;
    EXPECT_EQ(response.body, "");
    ASSERT_FALSE(store_.span_batches.empty());
    EXPECT_EQ(store_.span_batches.back().spans.at(0).name, "op") << request.type;
  }
  EXPECT_EQ(store_.span_batches.size(), 4u);
  EXPECT_EQ(MetricValue(metrics_,
                        "jaeger_collector_spans_received_total"
                        R"({format="zipkin",transport="http"})"),
            4);
}

TEST_F(ZipkinHttpTest, OtherContentTypesAre400) {
  for (const char* type : {"", "text/plain", "application/x-thrift"}) {
    EXPECT_THAT(Send("/api/v2/spans", type, kOneSpan).body, HasSubstr("application/x-protobuf"));
  }
  EXPECT_EQ(Send("/api/v1/spans", "application/x-protobuf", "").status, 400);
  EXPECT_TRUE(store_.span_batches.empty());
  EXPECT_EQ(MetricValue(metrics_,
                        "spanhound_ingest_requests_refused_total"
                        R"({door="zipkin-http",reason="media_type"})"),
            4);
}

TEST_F(ZipkinHttpTest, WhatIsNoListOfSpansIs400) {
  const net::HttpResponse response = Send("/api/v2/spans", kJsonType, "{}");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body, "unable to take the batch: a list of spans is expected\n");
  EXPECT_EQ(Send("/api/v2/spans", kJsonType, R"([{"traceId":"0","id":"1"}])").status, 400);
  EXPECT_EQ(Send("/api/v2/spans", kJsonType, "[]").status, 202);
}

TEST_F(ZipkinHttpTest, FullStoreIs503WithRetryAfter) {
  store_.append_status = ResourceExhausted("head full");
  const net::HttpResponse response = Send("/api/v2/spans", kJsonType, kOneSpan);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "1");
}

TEST_F(ZipkinHttpTest, NoPageOfAnotherSiteMaySend) {
  net::HttpRequest preflight;
  preflight.method = "OPTIONS";
  preflight.path = "/api/v2/spans";
  preflight.headers = {{"origin", "https://evil.example"},
                       {"access-control-request-method", "POST"}};
  const net::HttpResponse response = ingest::Send(router_, preflight)->value();
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(HeaderOf(response, "Access-Control-Allow-Origin"), "");
}

}  // namespace
}  // namespace spanhound::ingest
