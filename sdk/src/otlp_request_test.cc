#include "otlp_request.h"

#include <gtest/gtest.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include <vector>

#include "console_sink.h"
#include "proto_reader.h"
#include "resource.h"

namespace spanhound::sdk {
namespace {

namespace proto = opentelemetry::proto::collector::trace::v1;

std::string SpanNamed(const std::string& name) {
  opentelemetry::proto::trace::v1::Span span;
  span.set_name(name);
  return span.SerializeAsString();
}

TEST(OtlpRequestTest, RecordsAreGroupedByScope) {
  const Scope a{"a", "1", "url"}, b{"b", "", ""};
  const std::string one = SpanNamed("one"), two = SpanNamed("two"),
                    long_one = SpanNamed(std::string(20'000, 'x'));
  const std::vector<EncodedRecord> records{{&a, one}, {&b, two}, {&a, long_one}};
  proto::ExportTraceServiceRequest request;
  ByteBuffer bytes;
  EncodeOtlpRequest(EncodeResource({.texts = {{"service.name", "svc"}}, .numbers = {}}), records,
                    &bytes);
  ASSERT_TRUE(request.ParseFromString(std::string(bytes.view())));
  ASSERT_EQ(request.resource_spans_size(), 1);
  const auto& all = request.resource_spans(0);
  EXPECT_EQ(all.resource().attributes(0).value().string_value(), "svc");
  ASSERT_EQ(all.scope_spans_size(), 2);
  EXPECT_EQ(all.scope_spans(0).scope().name(), "a");
  EXPECT_EQ(all.scope_spans(0).scope().version(), "1");
  EXPECT_EQ(all.scope_spans(0).schema_url(), "url");
  EXPECT_EQ(all.scope_spans(0).spans_size(), 2);
  EXPECT_EQ(all.scope_spans(1).spans(0).name(), "two");
}

TEST(OtlpRequestTest, PartialSuccess) {
  proto::ExportTraceServiceResponse response;
  EXPECT_EQ(ParseOtlpReply(response.SerializeAsString()).rejected, 0u);
  response.mutable_partial_success()->set_rejected_spans(7);
  response.mutable_partial_success()->set_error_message("why");
  const PartialSuccess partial = ParseOtlpReply(response.SerializeAsString());
  EXPECT_EQ(partial.rejected, 7u);
  EXPECT_EQ(partial.message, "why");
}

// Replies come from the network: whatever they hold, reading them ends.
TEST(OtlpRequestTest, BrokenReplies) {
  for (const std::string bytes :
       {"<html>", "\x0a\xff\xff\xff\xff\x0f", "\x0a",
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "\x0a\x02\x08", "\x09\x01", "\x0b\x01"}) {
    EXPECT_EQ(ParseOtlpReply(bytes).rejected, 0u);
    ProtoReader reader(bytes);
    while (reader.Next()) {
    }
  }
}

TEST(ConsoleSinkTest, ASpanAsText) {
  opentelemetry::proto::trace::v1::Span span;
  span.set_name("op");
  span.set_trace_id("\xAB");
  span.set_kind(opentelemetry::proto::trace::v1::Span::SPAN_KIND_SERVER);
  span.mutable_status()->set_code(opentelemetry::proto::trace::v1::Status::STATUS_CODE_ERROR);
  auto* const attribute = span.add_attributes();
  attribute->set_key("list");
  attribute->mutable_value()->mutable_array_value()->add_values()->set_string_value("a\"");
  attribute->mutable_value()->mutable_array_value()->add_values()->set_int_value(2);
  span.add_events()->set_name("got it");
  const std::string text = SpanText({"scope", "1", ""}, span.SerializeAsString());
  for (const char* line :
       {"  name           : op\n", "  trace_id       : ab\n", "  kind           : server\n",
        "  status         : Error\n", "  scope          : scope-1\n", "    list: [\"a\\\"\",2]\n",
        "  event          : got it at 0\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
  }
}

}  // namespace
}  // namespace spanhound::sdk
