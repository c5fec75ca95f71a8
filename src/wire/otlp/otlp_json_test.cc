#include "wire/otlp/otlp_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "wire/testing/batch_text.h"

namespace spanhound::wire {
namespace {

using ::testing::HasSubstr;

constexpr char kIds[] =
    R"("traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"a1a2a3a4a5a6a7a8")";

std::string Replace(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, text.npos);
  return text.replace(at, from.size(), to);
}

// A request with one span of the given members.
std::string RequestOf(std::string_view members) {
  return Replace(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{@}]}]}]})", "@", members);
}

// A span with the ids and one attribute "k" of the given AnyValue.
std::string WithValue(std::string_view value) {
  return RequestOf(std::string(kIds) + R"(,"attributes":[{"key":"k","value":)" +
                   std::string(value) + "}]");
}

Result<Decoded<model::SpanBatch>> Decode(std::string json) {
  return DecodeOtlpTracesJson(std::move(json), {});
}

// The text of the attribute "k", or the error.
std::string ValueOf(std::string_view value) {
  auto decoded = Decode(WithValue(value));
  if (!decoded.ok()) return decoded.status().message();
  return ValueText(decoded->batch.spans.at(0).attributes[0].value);
}

std::string ErrorOf(std::string json) {
  auto decoded = Decode(std::move(json));
  EXPECT_FALSE(decoded.ok());
  if (decoded.ok()) return "decoded";
  EXPECT_EQ(decoded.status().code(), Code::kInvalidArgument);
  return decoded.status().message();
}

TEST(OtlpJson, EveryFieldOfASpan) {
  auto decoded = Decode(R"({"resourceSpans":[{
    "scopeSpans":[{
      "spans":[{
        "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174",
        "parentSpanId":"EEE19b7ec3c1b173","traceState":"a=b","name":"GET /","kind":2,
        "startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000",
        "flags":257,"status":{"code":2,"message":"bad"},
        "attributes":[{"key":"k","value":{"stringValue":"v"}}],
        "droppedAttributesCount":1,"droppedEventsCount":2,"droppedLinksCount":3,
        "events":[{"timeUnixNano":"9","name":"ev","droppedAttributesCount":4,
                   "attributes":[{"key":"e","value":{"intValue":"1"}}]}],
        "links":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b175",
                  "traceState":"c=d","flags":769,"droppedAttributesCount":5,
                  "attributes":[{"key":"l","value":{"boolValue":true}}]}]}],
      "schemaUrl":"u2",
      "scope":{"name":"lib","version":"1.0","droppedAttributesCount":6,
               "attributes":[{"key":"s","value":{"doubleValue":0.5}}]}}],
    "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}],
                "droppedAttributesCount":7},
    "schemaUrl":"u1"}]})");
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(BatchText(decoded->batch),
            "span 5b8efff798038103d269b633813fc60c eee19b7ec3c1b174 parent=eee19b7ec3c1b173"
            " name=GET / kind=2 start=1544712660000000000 end=1544712661000000000 status=2"
            " message=bad state=a=b flags=257 {k='v'} dropped_attributes=1 dropped_events=2"
            " dropped_links=3\n"
            "  event name=ev time=9 {e=1} dropped=4\n"
            "  link 5b8efff798038103d269b633813fc60c eee19b7ec3c1b175 state=c=d flags=769 {l=true}"
            " dropped=5\n"
            "  resource 0 {service.name='shop'} dropped=7 schema=u1\n"
            "  scope 0 name=lib version=1.0 {s=0.5/3fe0000000000000} dropped=6 schema=u2\n");
}

TEST(OtlpJson, EveryFieldOfALogRecord) {
  auto decoded = DecodeOtlpLogsJson(
      R"({"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{},"logRecords":[{
        "timeUnixNano":"10","observedTimeUnixNano":"11","severityNumber":13,"severityText":"W",
        "body":{"stringValue":"text"},"attributes":[{"key":"k","value":{}}],
        "droppedAttributesCount":2,"flags":1,"traceId":"5b8efff798038103d269b633813fc60c",
        "spanId":"eee19b7ec3c1b174","eventName":"en"},
        {"severityNumber":"SEVERITY_NUMBER_FATAL4"}, {"traceId":"12"}, {"spanId":"12"}]}]}]})",
      {});
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(BatchText(decoded->batch),
            "log 5b8efff798038103d269b633813fc60c eee19b7ec3c1b174 time=10 observed=11 severity=13"
            " severity_text=W event=en flags=1 {k=empty} dropped=2 body='text'\n"
            "  resource 0\n  scope 0\n"
            "log severity=24 body=empty\n"
            "  resource 0\n  scope 0\n");
  EXPECT_EQ(decoded->rejected_count, 2u);
  EXPECT_EQ(decoded->rejected_message, "log record 2: traceId is not 32 hexadecimal digits");
}

TEST(OtlpJson, EmptyRequestsAreEmptyBatches) {
  for (const char* json :
       {"{}", R"({"resourceSpans":[]})", R"({"resourceSpans":null})", R"({"resourceSpans":[{}]})",
        R"({"resourceSpans":[{"scopeSpans":[{}]}]})",
        R"({"resourceSpans":[{"scopeSpans":[{"spans":[]}]}]})"}) {
    auto decoded = Decode(json);
    ASSERT_TRUE(decoded.ok()) << json << decoded.status().ToString();
    EXPECT_TRUE(decoded->batch.spans.empty());
    EXPECT_TRUE(decoded->batch.resources.empty());
    EXPECT_TRUE(decoded->batch.scopes.empty());
  }
}

TEST(OtlpJson, SnakeCaseAndEnumNamesAreAccepted) {
  auto decoded = Decode(
      R"({"resource_spans":[{"scope_spans":[{"schema_url":"u","spans":[{
        "trace_id":"0102030405060708090a0b0c0d0e0f10","span_id":"a1a2a3a4a5a6a7a8",
        "parent_span_id":"a1a2a3a4a5a6a7a9","start_time_unix_nano":5,"end_time_unix_nano":6,
        "kind":"SPAN_KIND_CONSUMER","status":{"code":"STATUS_CODE_OK"},
        "attributes":[{"key":"k","value":{"string_value":"v"}}]}]}]}]})");
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(BatchText(decoded->batch),
            "span 0102030405060708090a0b0c0d0e0f10 a1a2a3a4a5a6a7a8 parent=a1a2a3a4a5a6a7a9 kind=5"
            " start=5 end=6 status=1 {k='v'}\n  resource 0\n  scope 0 schema=u\n");
  EXPECT_THAT(ErrorOf(RequestOf(R"("kind":"SERVER")")),
              HasSubstr("spans[0].kind: an enum value is expected"));
}

TEST(OtlpJson, UnknownEnumNumbersAreUnspecified) {
  auto decoded = Decode(RequestOf(std::string(kIds) + R"(,"kind":77,"status":{"code":-1})"));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->batch.spans[0].kind, model::SpanKind::kUnspecified);
  EXPECT_EQ(decoded->batch.spans[0].status_code, model::StatusCode::kUnset);
}

TEST(OtlpJson, IdsThatAreNotHexRejectTheirSpanOnly) {
  const std::string span_id = R"(,"spanId":"a1a2a3a4a5a6a7a8"})";
  const std::string bad[] = {
      R"({"traceId":"0102030405060708090a0b0c0d0e0f1")" + span_id,   // odd
      R"({"traceId":"AQIDBAUGBwgJCgsMDQ4PEA==")" + span_id,          // base64
      R"({"traceId":"0x02030405060708090a0b0c0d0e0f10")" + span_id,  // 0x
      R"({"traceId":"00000000000000000000000000000000")" + span_id,  // zero
      R"({"traceId":"")" + span_id,                                  // empty
      R"({"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"a1a2"})",
      R"({"traceId":"0102030405060708090a0b0c0d0e0f10"})",
      std::string("{").append(kIds) + R"(,"parentSpanId":"12"})",
  };
  std::string spans = std::string("{").append(kIds) + "}";
  for (const std::string& span : bad) spans.append(",").append(span);
  auto decoded =
      Decode(Replace(R"({"resourceSpans":[{"scopeSpans":[{"spans":[@]}]}]})", "@", spans));
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(decoded->batch.spans.size(), 1u);
  EXPECT_EQ(decoded->rejected_count, std::size(bad));
  EXPECT_EQ(decoded->rejected_message, "span 1: traceId is not 32 hexadecimal digits");
  EXPECT_THAT(ErrorOf(RequestOf(R"("traceId":5)")),
              HasSubstr("resourceSpans[0].scopeSpans[0].spans[0].traceId: a string is expected"));
}

TEST(OtlpJson, Integers) {
  EXPECT_EQ(ValueOf(R"({"intValue":"9223372036854775807"})"), "9223372036854775807");
  EXPECT_EQ(ValueOf(R"({"intValue":-9223372036854775808})"), "-9223372036854775808");
  EXPECT_EQ(ValueOf(R"({"intValue":1e3})"), "1000");
  EXPECT_EQ(ValueOf(R"({"intValue":"1e3"})"), "1000");
  EXPECT_EQ(ValueOf(R"({"intValue":5.0})"), "5");
  for (const char* bad : {R"({"intValue":"9223372036854775808"})", R"({"intValue":1.5})",
                          R"({"intValue":9223372036854775808})", R"({"intValue":1e19})",
                          R"({"intValue":""})", R"({"intValue":" 1"})", R"({"intValue":"0x10"})",
                          R"({"intValue":true})", R"({"intValue":"NaN"})"}) {
    EXPECT_THAT(ValueOf(bad), HasSubstr("a 64-bit integer is expected")) << bad;
  }
  EXPECT_THAT(ValueOf(R"({"intValue":18446744073709551616})"), HasSubstr("out of range"));
}

TEST(OtlpJson, UnsignedIntegersAreNotNegative) {
  const std::string ids = kIds;
  EXPECT_THAT(ErrorOf(RequestOf(ids + R"(,"startTimeUnixNano":-1)")),
              HasSubstr("startTimeUnixNano: an unsigned 64-bit integer is expected"));
  EXPECT_THAT(ErrorOf(RequestOf(ids + R"(,"startTimeUnixNano":"18446744073709551616")")),
              HasSubstr("unsigned 64-bit"));
  EXPECT_THAT(ErrorOf(RequestOf(ids + R"(,"flags":4294967296)")), HasSubstr("unsigned 32-bit"));
  auto decoded = Decode(RequestOf(ids + R"(,"startTimeUnixNano":"18446744073709551615")"));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->batch.spans[0].start_unix_nanos, UINT64_MAX);
}

TEST(OtlpJson, Doubles) {
  EXPECT_EQ(ValueOf(R"({"doubleValue":0.5})"), "0.5/3fe0000000000000");
  EXPECT_EQ(ValueOf(R"({"doubleValue":-3})"), "-3/c008000000000000");
  EXPECT_EQ(ValueOf(R"({"doubleValue":"2.5e-1"})"), "0.25/3fd0000000000000");
  EXPECT_EQ(ValueOf(R"({"doubleValue":5e-324})"), "4.94066e-324/1");
  EXPECT_EQ(ValueOf(R"({"doubleValue":"Infinity"})"), "inf/7ff0000000000000");
  EXPECT_EQ(ValueOf(R"({"doubleValue":"-Infinity"})"), "-inf/fff0000000000000");
  auto nan = Decode(WithValue(R"({"doubleValue":"NaN"})"));
  ASSERT_TRUE(nan.ok());
  EXPECT_TRUE(std::isnan(nan->batch.spans[0].attributes[0].value.real));
  EXPECT_THAT(ValueOf(R"({"doubleValue":"nan"})"), HasSubstr("a number is expected"));
  EXPECT_THAT(ValueOf(R"({"doubleValue":"1e400"})"), HasSubstr("a number is expected"));
  EXPECT_THAT(ValueOf(R"({"doubleValue":1e400})"), HasSubstr("out of range"));
}

TEST(OtlpJson, OtherValues) {
  EXPECT_EQ(ValueOf(R"({"bytesValue":"AAH/"})"), "x'0001ff'");
  EXPECT_EQ(ValueOf(R"({"bytesValue":"AAH_"})"), "x'0001ff'");
  EXPECT_EQ(ValueOf(R"({"bytesValue":""})"), "x''");
  EXPECT_THAT(ValueOf(R"({"bytesValue":"A"})"), HasSubstr("a base64 string is expected"));
  EXPECT_EQ(ValueOf(R"({"boolValue":false})"), "false");
  EXPECT_THAT(ValueOf(R"({"boolValue":"true"})"), HasSubstr("true or false is expected"));
  EXPECT_EQ(ValueOf(R"({})"), "empty");
  EXPECT_EQ(ValueOf(R"(null)"), "empty");
  EXPECT_EQ(ValueOf(R"({"arrayValue":{}})"), "[]");
  EXPECT_EQ(ValueOf(R"({"arrayValue":{"values":[{},{"intValue":1},{"stringValue":"x"}]}})"),
            "[empty, 1, 'x']");
  EXPECT_EQ(ValueOf(R"({"kvlistValue":{"values":[
                      {"key":"a","value":{"intValue":1}},{"key":"a"},{"value":{"intValue":2}}]}})"),
            "{a=1, a=empty, =2}");
  EXPECT_THAT(ValueOf(R"({"arrayValue":{"values":[null]}})"),
              HasSubstr("arrayValue.values[0]: an object is expected"));
}

TEST(OtlpJson, UnknownMembersAndNullsAreIgnored) {
  auto decoded = Decode(R"({"x":{"y":[1,{"z":null}]},"resourceSpans":[{"resource":null,
    "scopeSpans":[{"scope":null,"schemaUrl":null,"later":1,"spans":[{)" +
                        std::string(kIds) +
                        R"(,"name":null,"attributes":null,"status":null,"kind":null,
    "later":"x","someId":7,"name":"first","name":"second"}]}]}]})");
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(BatchText(decoded->batch),
            "span 0102030405060708090a0b0c0d0e0f10 a1a2a3a4a5a6a7a8 name=second\n"
            "  resource 0\n  scope 0\n");
}

TEST(OtlpJson, Text) {
  EXPECT_EQ(ValueOf(R"({"stringValue":"caf\u00e9 \ud83d\ude00 \n"})"),
            "'caf\xc3\xa9 \xf0\x9f\x98\x80 \n'");
  EXPECT_EQ(ValueOf(R"({"stringValue":"a\u0000b"})"), std::string("'a\0b'", 5));
  EXPECT_EQ(ValueOf(R"({"stringValue":"cut \ud83d"})"), "'cut \xef\xbf\xbd'");
  EXPECT_THAT(ValueOf(R"({"stringValue":"\ud83d \x"})"), HasSubstr("malformed JSON string"));
  const std::string broken = WithValue("{\"stringValue\":\"\xff\"}");
  EXPECT_EQ(ErrorOf(broken), "byte " + std::to_string(broken.find('\xff')) + ": JSON is not UTF-8");
}

TEST(OtlpJson, NestingIsBounded) {
  const auto nested = [](int depth, std::string_view open, std::string_view close) {
    std::string value;
    for (int i = 0; i < depth; ++i) value += open;
    value += "{}";
    for (int i = 0; i < depth; ++i) value += close;
    return value;
  };
  const std::string_view array_open = R"({"arrayValue":{"values":[)", array_close = "]}}";
  const std::string_view list_open = R"({"kvlistValue":{"values":[{"key":"k","value":)";
  const std::string_view list_close = "}]}}";
  for (const int depth : {10, model::kValueDepthMax}) {
    EXPECT_TRUE(Decode(WithValue(nested(depth, array_open, array_close))).ok()) << depth;
    EXPECT_TRUE(Decode(WithValue(nested(depth, list_open, list_close))).ok()) << depth;
  }
  for (const int depth : {model::kValueDepthMax + 1, 100, 10'000, 1'000'000}) {
    EXPECT_THAT(ErrorOf(WithValue(nested(depth, array_open, array_close))),
                HasSubstr("nested too deeply"));
    EXPECT_THAT(ErrorOf(WithValue(nested(depth, list_open, list_close))),
                HasSubstr("nested too deeply"));
    if (depth < 1000) continue;
    EXPECT_THAT(ErrorOf(R"({"unknown":)" + nested(depth, "[", "]") + "}"),
                HasSubstr("nested too deeply"));
  }
}

TEST(OtlpJson, MalformedDocumentsNameThePlace) {
  EXPECT_EQ(ErrorOf(""), "the body is empty, a JSON object is expected");
  EXPECT_EQ(ErrorOf("[]"), "request: an object is expected");
  EXPECT_EQ(ErrorOf("17"), "request: an object is expected");
  EXPECT_EQ(ErrorOf(R"({"resourceSpans":{}})"), "resourceSpans: an array is expected");
  EXPECT_EQ(ErrorOf(R"({"resourceSpans":[7]})"), "resourceSpans[0]: an object is expected");
  EXPECT_THAT(ErrorOf(R"({"a":1,,"b":2})"), HasSubstr("byte 7: malformed JSON"));
  EXPECT_THAT(ErrorOf(R"({"a":[1 2]})"), HasSubstr("byte 8: malformed JSON"));
  EXPECT_THAT(ErrorOf(R"({"a)"), HasSubstr("without an end"));
  EXPECT_THAT(ErrorOf(R"({"a":[nuly]})"), HasSubstr("byte 6: malformed JSON"));  // the fuzzer's
}

TEST(OtlpJson, EveryTruncationIsAnError) {
  const std::string whole = WithValue(
      R"({"kvlistValue":{"values":[{"key":"a","value":{"doubleValue":-1e3}},{"key":"\u00e9"}]}})");
  ASSERT_TRUE(Decode(whole).ok());
  for (size_t size = 0; size < whole.size(); ++size) ErrorOf(whole.substr(0, size));
}

TEST(OtlpJson, MemoryIsBounded) {
  std::string attributes = "{}";
  for (int i = 0; i < 50'000; ++i) attributes += ",{}";
  const std::string json = RequestOf(std::string(kIds) + R"(,"attributes":[)" + attributes + "]");
  RequestLimits limits;
  limits.memory_bytes_max = 1 << 20;
  EXPECT_EQ(DecodeOtlpTracesJson(json, limits).status().code(), Code::kResourceExhausted);
  EXPECT_TRUE(DecodeOtlpTracesJson(json, {}).ok());
}

TEST(OtlpJson, ItemsAreBoundedThoseWithBadIdsToo) {
  const std::string json = R"({"resourceSpans":[{"scopeSpans":[{"spans":[{},{}]}]}]})";
  EXPECT_EQ(DecodeOtlpTracesJson(json, {.items_max = 2}).value().rejected_count, 2u);
  EXPECT_EQ(DecodeOtlpTracesJson(json, {.items_max = 1}).status().message(),
            "the request has more than 1 items; send smaller ones");
  const std::string logs = R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{}]}]}]})";
  EXPECT_TRUE(DecodeOtlpLogsJson(logs, {.items_max = 2}).ok());
  EXPECT_EQ(DecodeOtlpLogsJson(logs, {.items_max = 1}).status().code(), Code::kResourceExhausted);
}

}  // namespace
}  // namespace spanhound::wire
