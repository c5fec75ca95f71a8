#include "wire/zipkin/zipkin_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/testing/batch_text.h"

namespace spanhound::wire {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string TextOf(Result<Decoded<model::SpanBatch>> decoded) {
  if (!decoded.ok()) return decoded.status().ToString();
  std::string text = BatchText(decoded->batch);
  if (decoded->rejected_count > 0) {
    text += "rejected " + std::to_string(decoded->rejected_count) + ": " +
            decoded->rejected_message + "\n";
  }
  return text;
}
std::string V2(std::string json) { return TextOf(DecodeZipkinJson(std::move(json), {})); }
std::string V1(std::string json) { return TextOf(DecodeZipkinV1Json(std::move(json), {})); }

// One span with ids and a time beside `members`; its text behind the ids.
std::string SpanText(const std::string& members) {
  const std::string text = V2(R"([{"traceId":"1","id":"2","timestamp":1,)" + members + "}]");
  const std::string ids = "span 00000000000000000000000000000001 0000000000000002";
  EXPECT_THAT(text, StartsWith(ids));
  return text.substr(std::min(ids.size(), text.size()));
}

// The example of zipkin2-api.yaml, with every field of the protocol.
TEST(ZipkinJson, AllFields) {
  EXPECT_EQ(V2(R"([{
    "traceId": "5982fe77008310cc80f1da5e10147538", "parentId": "90394f6bcffb5d13",
    "id": "67fae42571535f60", "kind": "SERVER", "name": "/m/n/2.6.1",
    "timestamp": 1516781775726000, "duration": 26000, "debug": true, "shared": true,
    "localEndpoint": {"serviceName": "api", "ipv4": "10.1.2.3", "ipv6": "::1", "port": 8080},
    "remoteEndpoint": {"serviceName": "apip", "ipv6": "2001:db8::c001", "port": 9},
    "annotations": [{"timestamp": 1516781775727000, "value": "foo"}],
    "tags": {"data.http_response_code": "201", "clnt/finagle.version": "caf\u00e9"}}])"),
            "span 5982fe77008310cc80f1da5e10147538 67fae42571535f60 parent=90394f6bcffb5d13"
            " name=/m/n/2.6.1 kind=2 start=1516781775726000000 end=1516781775752000000 flags=1"
            " {data.http_response_code='201', clnt/finagle.version='café',"
            " net.host.ip='10.1.2.3', net.host.port=8080, peer.service='apip',"
            " net.peer.ip='2001:db8::c001', net.peer.port=9}\n"
            "  event name=foo time=1516781775727000000\n"
            "  resource 0 {service.name='api'}\n"
            "  scope 0\n");
}

TEST(ZipkinJson, SpansOfAServiceShareTheirResource) {
  const auto decoded = DecodeZipkinJson(
      R"([{"traceId":"1","id":"1","localEndpoint":{"serviceName":"a"}},
          {"traceId":"1","id":"2","localEndpoint":{"serviceName":"b"}},
          {"traceId":"1","id":"3","localEndpoint":{"serviceName":"a"}}, {"traceId":"1","id":"4"}])",
      {});
  ASSERT_TRUE(decoded.ok());
  ASSERT_EQ(decoded->batch.spans.size(), 4u);
  EXPECT_EQ(decoded->batch.resources.size(), 3u);
  EXPECT_EQ(decoded->batch.spans[0].resource_index, decoded->batch.spans[2].resource_index);
  EXPECT_EQ(decoded->batch.resource_of(decoded->batch.spans[1]).service_name(), "b");
  EXPECT_EQ(decoded->batch.resource_of(decoded->batch.spans[3]).service_name(), "unknown_service");
}

TEST(ZipkinJson, TagsThatStandForFields) {
  EXPECT_THAT(SpanText(R"("tags":{"error":"timed out","otel.status_code":"ERROR"})"),
              HasSubstr(" status=2 message=timed out\n"));
  EXPECT_THAT(SpanText(R"("tags":{"error":""})"), HasSubstr(" status=2\n"));
  EXPECT_THAT(SpanText(R"("tags":{"error":"true"})"), HasSubstr(" status=2\n"));
  EXPECT_THAT(SpanText(R"("tags":{"error":true})"), HasSubstr(" status=2\n"));
  EXPECT_THAT(SpanText(R"("tags":{"error":"false"})"), HasSubstr(" {error='false'}\n"));
  EXPECT_THAT(SpanText(R"("tags":{"otel.status_code":"OK"})"), HasSubstr(" status=1\n"));
  EXPECT_THAT(SpanText(R"("tags":{"otel.scope.name":"lib","otel.scope.version":"1"})"),
              HasSubstr("scope 0 name=lib version=1\n"));
  EXPECT_THAT(SpanText(R"("tags":{"w3c.tracestate":"a=1"})"), HasSubstr(" state=a=1\n"));
  EXPECT_THAT(SpanText(R"("tags":{"span.kind":"internal"})"), HasSubstr(" kind=1 "));
  EXPECT_THAT(SpanText(R"("kind":"CLIENT","tags":{"span.kind":"server"})"), HasSubstr(" kind=3 "));
  EXPECT_THAT(SpanText(R"("tags":{"peer.service":"x"},"remoteEndpoint":{"serviceName":"y"})"),
              HasSubstr(" {peer.service='x'}\n"));
}

TEST(ZipkinJson, ValuesOtherThanStringsKeepTheirType) {
  EXPECT_THAT(SpanText(R"("tags":{"a":1,"b":true,"c":0.5,"d":null})"),
              HasSubstr(" {a=1, b=true, c=0.5/3fe0000000000000}\n"));
}

TEST(ZipkinJson, IdsAndTimes) {
  EXPECT_THAT(V2(R"([{"traceId":"48485a3953bb6124","id":"00000000000000ab"}])"),
              StartsWith("span 000000000000000048485a3953bb6124 00000000000000ab"
                         " {otel.zipkin.absentField.startTime=true}\n"));
  // Its own parent is none, an id of another length or of no digits rejects the span alone.
  EXPECT_THAT(SpanText(R"("parentId":"2")"), HasSubstr(" start=1000 end=1000\n"));
  EXPECT_EQ(V2(R"([{"traceId":"0","id":"2"},{"traceId":"1","id":"x"},{"traceId":1,"id":"1"},
                   {"traceId":"1","id":"12345678901234567"},{"id":"1"},{}])"),
            "rejected 6: span 0: trace or span id is zero\n");
  EXPECT_EQ(V2(R"([{"traceId":"1","id":"-1"}])"),
            "rejected 1: span 0: an id is not hexadecimal or too long\n");
  EXPECT_THAT(V2(R"([{"traceId":"1","id":"1","timestamp":-5,"duration":3.0e0}])"),
              HasSubstr(" end=3000 "));
  EXPECT_THAT(V2(R"([{"traceId":"1","id":"1","timestamp":9223372036854775807,"duration":9}])"),
              HasSubstr(" start=18446744073709551615 end=18446744073709551615\n"));
}

TEST(ZipkinJson, NullsAndUnknownMembersAreIgnored) {
  EXPECT_THAT(SpanText(R"("kind":null,"localEndpoint":null,"x":[{"y":1}],"kind":"NEW","tags":{})"),
              HasSubstr(" start=1000 end=1000\n"));
  EXPECT_EQ(V2("[]"), "");
}

TEST(ZipkinJson, WhatIsNotTheFormatNamesThePlace) {
  EXPECT_THAT(V2(""), HasSubstr("INVALID_ARGUMENT"));
  EXPECT_THAT(V2("[{]"), HasSubstr("INVALID_ARGUMENT: byte 2"));
  EXPECT_EQ(V2("{}"), "INVALID_ARGUMENT: a list of spans is expected");
  EXPECT_EQ(V2("[1]"), "INVALID_ARGUMENT: span 0: span: an object is expected");
  const std::string good = R"([{"traceId":"1","id":"1"},{"traceId":"1","id":"2",)";
  EXPECT_EQ(V2(good + R"("annotations":{}}])"),
            "INVALID_ARGUMENT: span 1: annotations: an array is expected");
  EXPECT_EQ(V2(good + R"("tags":[]}])"), "INVALID_ARGUMENT: span 1: tags: an object is expected");
  EXPECT_EQ(V2(good + R"("tags":{"k":{}}}])"), "INVALID_ARGUMENT: span 1: k: a string is expected");
  EXPECT_EQ(V2(good + R"("localEndpoint":{"port":65536}}])"),
            "INVALID_ARGUMENT: span 1: port: a port is expected");
  EXPECT_EQ(V2(good + R"("timestamp":"now"}])"),
            "INVALID_ARGUMENT: span 1: timestamp: a number of microseconds is expected");
  EXPECT_EQ(V2(good + R"("debug":1}])"),
            "INVALID_ARGUMENT: span 1: debug: true or false is expected");
  EXPECT_EQ(V2(good + R"("kind":1}])"), "INVALID_ARGUMENT: span 1: kind: a string is expected");
  EXPECT_THAT(V2(std::string(100'000, '[')), HasSubstr("INVALID_ARGUMENT"));
}

TEST(ZipkinJson, MemoryIsLimited) {
  std::string json = R"([{"traceId":"1","id":"1","annotations":[{})";
  for (int i = 0; i < 1000; ++i) json += ",{}";
  RequestLimits limits;
  limits.memory_bytes_max = 10'000;
  const auto decoded = DecodeZipkinJson(json + "]}]", limits);
  EXPECT_EQ(decoded.status().code(), Code::kResourceExhausted);
}

TEST(ZipkinJson, ItemsAreLimitedThoseWithBadIdsToo) {
  const std::string json = R"([{"traceId":"1","id":"1"},{"traceId":"x","id":"1"},{}])";
  EXPECT_TRUE(DecodeZipkinJson(json, {.items_max = 3}).ok());
  EXPECT_EQ(DecodeZipkinJson(json, {.items_max = 2}).status().code(), Code::kResourceExhausted);
  EXPECT_EQ(DecodeZipkinV1Json(json, {.items_max = 2}).status().code(), Code::kResourceExhausted);
}

TEST(ZipkinV1Json, ClientSpan) {
  EXPECT_EQ(V1(R"([{"traceId":"48485a3953bb6124","name":"get","id":"2","parentId":"1",
    "timestamp":1000,"duration":500,"annotations":[
      {"timestamp":1000,"value":"cs","endpoint":{"serviceName":"front","ipv4":"10.0.0.1"}},
      {"timestamp":1200,"value":"retry","endpoint":{"serviceName":"front"}},
      {"timestamp":1500,"value":"cr","endpoint":{"serviceName":"front"}}],
    "binaryAnnotations":[
      {"key":"http.path","value":"/api","endpoint":{"serviceName":"front"}},
      {"key":"error","value":"reset"},
      {"key":"sa","value":true,"endpoint":{"serviceName":"back","ipv4":"10.0.0.2","port":80}}]}])"),
            "span 000000000000000048485a3953bb6124 0000000000000002 parent=0000000000000001"
            " name=get kind=3 start=1000000 end=1500000 status=2 message=reset"
            " {http.path='/api', net.host.ip='10.0.0.1', peer.service='back',"
            " net.peer.ip='10.0.0.2', net.peer.port=80}\n"
            "  event name=retry time=1200000\n"
            "  resource 0 {service.name='front'}\n"
            "  scope 0\n");
}

// Reported by both sides: two spans, each with what its own side told.
TEST(ZipkinV1Json, SharedSpanBecomesTwo) {
  EXPECT_EQ(V1(R"([{"traceId":"1","name":"get","id":"2","timestamp":1000,"duration":500,
    "annotations":[
      {"timestamp":1000,"value":"cs","endpoint":{"serviceName":"front"}},
      {"timestamp":1100,"value":"sr","endpoint":{"serviceName":"back"}},
      {"timestamp":1150,"value":"work","endpoint":{"serviceName":"back"}},
      {"timestamp":1400,"value":"ss","endpoint":{"serviceName":"back"}},
      {"timestamp":1500,"value":"cr","endpoint":{"serviceName":"front"}}],
    "binaryAnnotations":[
      {"key":"a","value":"1","endpoint":{"serviceName":"front"}},
      {"key":"b","value":"2","endpoint":{"serviceName":"back"}},
      {"key":"c","value":"3"},
      {"key":"ca","value":true,"endpoint":{"serviceName":"front"}}]}])"),
            "span 00000000000000000000000000000001 0000000000000002"
            " name=get kind=3 start=1000000 end=1500000 {a='1', c='3'}\n"
            "  resource 0 {service.name='front'}\n"
            "  scope 0\n"
            "span 00000000000000000000000000000001 0000000000000002"
            " name=get kind=2 start=1100000 end=1400000 {b='2', peer.service='front'}\n"
            "  event name=work time=1150000\n"
            "  resource 1 {service.name='back'}\n"
            "  scope 0\n");
}

TEST(ZipkinV1Json, TimesComeFromTheAnnotationsWhereTheSpanHasNone) {
  EXPECT_THAT(V1(R"([{"traceId":"1","id":"2","annotations":[{"timestamp":7,"value":"sr"},
                 {"timestamp":9,"value":"ss"}]}])"),
              HasSubstr(" kind=2 start=7000 end=9000\n"));
  EXPECT_THAT(V1(R"([{"traceId":"1","id":"2","duration":4,"annotations":[
                 {"timestamp":7,"value":"x"},{"timestamp":5,"value":"y"}]}])"),
              HasSubstr(" start=5000 end=9000\n"));
}

TEST(ZipkinV1Json, LocalSpanAndMessaging) {
  EXPECT_THAT(V1(R"([{"traceId":"1","id":"2","timestamp":5,"binaryAnnotations":[
                 {"key":"lc","value":"store","endpoint":{"serviceName":"back"}}]}])"),
              HasSubstr(" start=5000 end=5000 {component='store'}\n"
                        "  resource 0 {service.name='back'}"));
  EXPECT_THAT(V1(R"([{"traceId":"1","id":"2","annotations":[{"timestamp":7,"value":"ms"}],
                 "binaryAnnotations":[{"key":"lc","value":""},
                 {"key":"ma","value":true,"endpoint":{"serviceName":"kafka"}}]}])"),
              HasSubstr(" kind=4 start=7000 end=7000 {peer.service='kafka'}\n"));
}

TEST(ZipkinV1Json, WhatIsNotTheFormatNamesThePlace) {
  EXPECT_EQ(V1(R"([{"annotations":[{"value":1}]}])"),
            "INVALID_ARGUMENT: span 0: value: a string is expected");
  EXPECT_EQ(V1(R"([{"binaryAnnotations":[{"value":{}}]}])"),
            "INVALID_ARGUMENT: span 0: value: a string is expected");
  EXPECT_EQ(V1(R"([{"binaryAnnotations":1}])"),
            "INVALID_ARGUMENT: span 0: binaryAnnotations: an array is expected");
}

}  // namespace
}  // namespace spanhound::wire
