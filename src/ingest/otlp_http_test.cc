#include "ingest/otlp_http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/testing/recording_store.h"
#include "ingest/testing/requests.h"
#include "wire/otlp/rpc_status.h"

namespace spanhound::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kProtobuf[] = "application/x-protobuf";
constexpr char kJson[] = "application/json";
constexpr char kSpanJson[] =
    R"({"resourceSpans":[{"scopeSpans":[{"spans":[
        {"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708"},
        {"traceId":"00","spanId":"0102030405060708"}]}]}]})";

class OtlpHttpTest : public ::testing::Test {
 protected:
  OtlpHttpTest() { AddOtlpHttpRoutes(router_, ingest_); }

  net::HttpResponse Send(std::string path, std::string type, std::string body) {
    return Post(router_, std::move(path), std::move(type), std::move(body));
  }

  RecordingStore store_;
  Metrics metrics_;
  Ingest ingest_{store_, metrics_};
  net::HttpRouter router_{OtlpHttpErrors()};
};

TEST_F(OtlpHttpTest, TracesInProtobuf) {
  const net::HttpResponse response = Send("/v1/traces", kProtobuf, TracesBody(2));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, kProtobuf);
  EXPECT_EQ(response.body, "");
  ASSERT_EQ(store_.span_batches.size(), 1u);
  EXPECT_EQ(store_.span_batches[0].spans.size(), 2u);
}

TEST_F(OtlpHttpTest, LogsInBothEncodings) {
  EXPECT_EQ(Send("/v1/logs", kProtobuf, LogsBody(3)).status, 200);
  const net::HttpResponse response = Send("/v1/logs", kJson, R"({"resourceLogs":[{"scopeLogs":[
      {"logRecords":[{"body":{"stringValue":"hello"}},{"spanId":"1"}]}]}]})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"partialSuccess":{"rejectedLogRecords":"1","errorMessage":)"
                           R"("log record 1: spanId is not 16 hexadecimal digits"}})");
  ASSERT_EQ(store_.log_batches.size(), 2u);
  EXPECT_EQ(store_.log_batches[0].records.size(), 3u);
  EXPECT_EQ(store_.log_batches[1].records.size(), 1u);
}

TEST_F(OtlpHttpTest, EmptyRequestIsASuccess) {
  const net::HttpResponse protobuf = Send("/v1/traces", kProtobuf, "");
  EXPECT_EQ(protobuf.status, 200);
  EXPECT_EQ(protobuf.body, "");
  const net::HttpResponse json = Send("/v1/traces", kJson, "{}");
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(json.body, "{}");
}

TEST_F(OtlpHttpTest, PartialSuccessIsInTheEncodingOfTheRequest) {
  const net::HttpResponse protobuf = Send("/v1/traces", kProtobuf, TracesBody(1, 2));
  EXPECT_EQ(protobuf.status, 200);
  auto partial = wire::DecodeOtlpResponse(protobuf.body);
  ASSERT_TRUE(partial.ok());
  EXPECT_EQ(partial->rejected_count, 2);
  EXPECT_EQ(partial->message, "span 1: trace id is zero");
  const net::HttpResponse json = Send("/v1/traces", kJson, kSpanJson);
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(json.content_type, kJson);
  EXPECT_THAT(json.body, StartsWith(R"({"partialSuccess":{"rejectedSpans":"1")"));
  EXPECT_EQ(store_.span_batches.size(), 2u);
}

TEST_F(OtlpHttpTest, ContentTypeMayHaveCaseAndParameters) {
  EXPECT_EQ(Send("/v1/traces", "Application/X-Protobuf; v=1", TracesBody(1)).status, 200);
  const net::HttpResponse json = Send("/v1/traces", "application/json;charset=utf-8", kSpanJson);
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(json.content_type, kJson);
}

TEST_F(OtlpHttpTest, OtherContentTypesAre415) {
  for (const char* type : {"", "text/plain", "application/protobuf", "multipart/form-data",
                           "application/x-www-form-urlencoded"}) {
    const net::HttpResponse response = Send("/v1/traces", type, kSpanJson);
    EXPECT_EQ(response.status, 415) << type;
    EXPECT_EQ(response.content_type, kJson);
    EXPECT_THAT(response.body, StartsWith(R"({"code":3,"message":"Content-Type must be)"));
  }
  EXPECT_TRUE(store_.span_batches.empty());
  EXPECT_EQ(MetricValue(metrics_,
                        "spanhound_ingest_requests_refused_total"
                        R"({door="otlp-http",reason="media_type"})"),
            5);
}

TEST_F(OtlpHttpTest, MalformedRequestsAre400WithAStatus) {
  const net::HttpResponse protobuf = Send("/v1/traces", kProtobuf, "\x0a\x05");
  EXPECT_EQ(protobuf.status, 400);
  EXPECT_EQ(protobuf.content_type, kProtobuf);
  EXPECT_EQ(protobuf.body, wire::EncodeRpcStatus(InvalidArgument("byte 0: length past the end")));
  const net::HttpResponse json = Send("/v1/logs", kJson, "{");
  EXPECT_EQ(json.status, 400);
  EXPECT_EQ(json.content_type, kJson);
  EXPECT_THAT(json.body, StartsWith(R"({"code":3,"message":")"));
  EXPECT_EQ(HeaderOf(json, "Retry-After"), "");
}

TEST_F(OtlpHttpTest, FullStoreIs503WithRetryAfter) {
  store_.append_status = ResourceExhausted("head full");
  const net::HttpResponse json = Send("/v1/traces", kJson, kSpanJson);
  EXPECT_EQ(json.status, 503);
  EXPECT_EQ(HeaderOf(json, "Retry-After"), "1");
  EXPECT_EQ(json.body, R"({"code":14,"message":"head full"})");
  const net::HttpResponse protobuf = Send("/v1/logs", kProtobuf, LogsBody(1));
  EXPECT_EQ(protobuf.status, 503);
  EXPECT_EQ(HeaderOf(protobuf, "Retry-After"), "1");
  EXPECT_EQ(protobuf.body, wire::EncodeRpcStatus(Unavailable("head full")));
}

TEST_F(OtlpHttpTest, TooManyBytesInFlightIs503WithRetryAfter) {
  Metrics metrics;
  Ingest ingest(store_, metrics, {.request = {}, .in_flight_bytes_max = 1});
  net::HttpRouter router(OtlpHttpErrors());
  AddOtlpHttpRoutes(router, ingest);
  for (const char* type : {kJson, kProtobuf}) {
    const net::HttpResponse response = Post(router, "/v1/logs", type, LogsBody(1));
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(HeaderOf(response, "Retry-After"), "1");
  }
}

TEST_F(OtlpHttpTest, HeadersNameTheTenant) {
  Metrics metrics;
  Ingest ingest(store_, metrics, {}, model::Tenancy::kByHeader);
  net::HttpRouter router(OtlpHttpErrors());
  AddOtlpHttpRoutes(router, ingest);
  const auto post = [&](std::vector<std::pair<std::string, std::string>> headers) {
    return Post(router, "/v1/traces", kJson, kSpanJson, std::move(headers));
  };
  EXPECT_EQ(post({{"x-scope-orgid", "a"}}).status, 200);
  EXPECT_EQ(post({{"x-tenant", "b"}}).status, 200);
  EXPECT_EQ(post({}).status, 200);
  ASSERT_EQ(store_.span_batches.size(), 3u);
  EXPECT_EQ(store_.span_batches[0].tenant, "a");
  EXPECT_EQ(store_.span_batches[1].tenant, "b");
  EXPECT_EQ(store_.span_batches[2].tenant, "default");
  const net::HttpResponse two = post({{"x-tenant", "b"}, {"x-scope-orgid", "a"}});
  EXPECT_EQ(two.status, 400);
  EXPECT_EQ(two.body, R"({"code":3,"message":"headers X-Scope-OrgID and x-tenant name different )"
                      R"(tenants"})");
  EXPECT_EQ(post({{"x-tenant", "no name"}}).status, 400);
  EXPECT_EQ(store_.span_batches.size(), 3u);
  const char* series =
      R"(spanhound_ingest_requests_refused_total{door="otlp-http",reason="tenant"})";
  EXPECT_EQ(MetricValue(metrics, series), 2);
}

TEST_F(OtlpHttpTest, OneTenantTooManyIs400WithoutRetryAfter) {
  store_.append_status = FailedPrecondition("no more tenants");
  const net::HttpResponse response = Send("/v1/traces", kJson, kSpanJson);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "");
  EXPECT_EQ(response.body, R"({"code":9,"message":"no more tenants"})");
}

TEST_F(OtlpHttpTest, BrokenStoreIs500) {
  store_.append_status = Internal("bug");
  EXPECT_EQ(Send("/v1/traces", kJson, kSpanJson).status, 500);
}

TEST_F(OtlpHttpTest, RequestsThatNeedTooMuchMemoryAre413) {
  IngestLimits limits;
  limits.request.memory_bytes_max = 100;
  Metrics metrics;
  Ingest ingest(store_, metrics, limits);
  net::HttpRouter router(OtlpHttpErrors());
  AddOtlpHttpRoutes(router, ingest);
  const net::HttpResponse response = Post(router, "/v1/traces", kProtobuf, TracesBody(10));
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "");
}

TEST_F(OtlpHttpTest, RepliesWhenTheStoreDoes) {
  store_.answers_later = true;
  net::HttpRequest request;
  request.method = "POST";
  request.path = "/v1/traces";
  request.headers = {{"content-type", kProtobuf}};
  request.body = TracesBody(1);
  const auto answer = ingest::Send(router_, std::move(request));
  EXPECT_FALSE(answer->has_value());
  store_.AnswerAll();
  ASSERT_TRUE(answer->has_value());
  EXPECT_EQ((*answer)->status, 200);
}

TEST_F(OtlpHttpTest, ErrorsOfTheServerAreStatusesToo) {
  const net::HttpErrorRenderer render = OtlpHttpErrors();
  const std::pair<int, Code> cases[] = {
      {400, Code::kInvalidArgument},   {404, Code::kNotFound},
      {405, Code::kUnimplemented},     {408, Code::kDeadlineExceeded},
      {413, Code::kResourceExhausted}, {415, Code::kInvalidArgument},
      {403, Code::kPermissionDenied},  {503, Code::kUnavailable},
      {500, Code::kInternal}};
  for (const auto& [http_status, code] : cases) {
    net::HttpRequest request;
    request.headers = {{"content-type", kProtobuf}};
    const net::HttpResponse protobuf = render(request, http_status, "why");
    EXPECT_EQ(protobuf.status, http_status);
    EXPECT_EQ(protobuf.content_type, kProtobuf);
    EXPECT_EQ(protobuf.body, wire::EncodeRpcStatus(Status(code, "why")));
    request.headers = {{"content-type", kJson}};
    const net::HttpResponse json = render(request, http_status, "why");
    EXPECT_EQ(json.content_type, kJson);
    EXPECT_EQ(json.body, wire::EncodeRpcStatusJson(Status(code, "why")));
  }
}

TEST_F(OtlpHttpTest, WrongPathAndMethod) {
  EXPECT_EQ(Send("/v1/nothing", kJson, "{}").status, 404);
  net::HttpRequest request;
  request.method = "GET";
  request.path = "/v1/traces";
  const auto answer = ingest::Send(router_, std::move(request));
  EXPECT_EQ(answer->value().status, 405);
  EXPECT_THAT(answer->value().body, HasSubstr(R"("code":12)"));
}

}  // namespace
}  // namespace spanhound::ingest
