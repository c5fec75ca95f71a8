#include "ingest/jaeger_http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/testing/recording_store.h"
#include "ingest/testing/requests.h"

namespace spanhound::ingest {
namespace {

using ::testing::HasSubstr;

constexpr char kThrift[] = "application/x-thrift";

void AppendI64(int id, uint64_t value, std::string& out) {
  out += {'\x0a', '\0', static_cast<char>(id)};
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

// A Batch with one span of the required fields.
std::string BatchBody(uint64_t span_id) {
  std::string body("\x0f\0\x02\x0c\0\0\0\x01", 8);
  AppendI64(1, 1, body);
  AppendI64(2, 0, body);
  AppendI64(3, span_id, body);
  AppendI64(4, 0, body);
  body += std::string("\x0b\0\x05\0\0\0\x02op", 9);
  body += std::string("\x08\0\x07\0\0\0\x01", 7);
  AppendI64(8, 1'700'000'000'000'000, body);
  AppendI64(9, 250, body);
  return body + std::string(2, '\0');
}

class JaegerHttpTest : public ::testing::Test {
 protected:
  JaegerHttpTest() { AddJaegerHttpRoutes(router_, ingest_); }

  net::HttpResponse Send(std::string type, std::string body) {
    return Post(router_, "/api/traces", std::move(type), std::move(body));
  }

  RecordingStore store_;
  Metrics metrics_;
  Ingest ingest_{store_, metrics_};
  net::HttpRouter router_;
};

TEST_F(JaegerHttpTest, BatchIsStoredAnd202) {
  for (const char* type :
       {kThrift, "application/vnd.apache.thrift.binary", "Application/X-Thrift; charset=utf-8"}) {
    const net::HttpResponse response = Send(type, BatchBody(7));
    EXPECT_EQ(response.status, 202) << type << response.body;
    EXPECT_EQ(response.body, "");
  }
  ASSERT_EQ(store_.span_batches.size(), 3u);
  EXPECT_EQ(store_.span_batches[0].spans.at(0).name, "op");
  EXPECT_EQ(MetricValue(metrics_,
                        "jaeger_collector_spans_received_total"
                        R"({format="jaeger",transport="http"})"),
            3);
}

TEST_F(JaegerHttpTest, OtherContentTypesAre400) {
  for (const char* type : {"", "application/json", "application/x-protobuf"}) {
    const net::HttpResponse response = Send(type, BatchBody(7));
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.content_type, HasSubstr("text/plain"));
    EXPECT_THAT(response.body, HasSubstr("content type"));
  }
  EXPECT_TRUE(store_.span_batches.empty());
}

TEST_F(JaegerHttpTest, BodiesThatAreNoBatchAre400) {
  const net::HttpResponse response = Send(kThrift, "not thrift");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("unable to take the batch: byte"));
}

TEST_F(JaegerHttpTest, BatchOfNothingButBadSpansIs400) {
  const net::HttpResponse response = Send(kThrift, BatchBody(0));
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("span 0: trace or span id is zero"));
}

TEST_F(JaegerHttpTest, FullStoreIs503WithRetryAfter) {
  store_.append_status = ResourceExhausted("head full");
  const net::HttpResponse response = Send(kThrift, BatchBody(7));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "1");
  EXPECT_EQ(response.body, "head full\n");
}

TEST_F(JaegerHttpTest, TooManyBytesInFlightIs503WithRetryAfter) {
  Metrics metrics;
  Ingest ingest(store_, metrics, {.request = {}, .in_flight_bytes_max = 1});
  net::HttpRouter router;
  AddJaegerHttpRoutes(router, ingest);
  const net::HttpResponse response = Post(router, "/api/traces", kThrift, BatchBody(7));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "1");
}

TEST_F(JaegerHttpTest, HeadersNameTheTenant) {
  Metrics metrics;
  Ingest ingest(store_, metrics, {}, model::Tenancy::kByHeader);
  net::HttpRouter router;
  AddJaegerHttpRoutes(router, ingest);
  EXPECT_EQ(Post(router, "/api/traces", kThrift, BatchBody(7), {{"x-tenant", "a"}}).status, 202);
  ASSERT_EQ(store_.span_batches.size(), 1u);
  EXPECT_EQ(store_.span_batches[0].tenant, "a");
  const net::HttpResponse bad =
      Post(router, "/api/traces", kThrift, BatchBody(7), {{"x-scope-orgid", "a|b"}});
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(bad.body,
            "unable to take the batch: header X-Scope-OrgID must be 1 to 128 characters of A-Z a-z "
            "0-9 _ . -\n");
}

TEST_F(JaegerHttpTest, OneTenantTooManyIs400) {
  store_.append_status = FailedPrecondition("no more tenants");
  EXPECT_EQ(Send(kThrift, BatchBody(7)).status, 400);
}

TEST_F(JaegerHttpTest, BrokenStoreIs500) {
  store_.append_status = Internal("bug");
  EXPECT_EQ(Send(kThrift, BatchBody(7)).status, 500);
}

}  // namespace
}  // namespace spanhound::ingest
