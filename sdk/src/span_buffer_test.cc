#include "span_buffer.h"

#include <gtest/gtest.h>
#include <opentelemetry/proto/trace/v1/trace.pb.h>
#include <opentelemetry/trace/trace_state.h>

#include <limits>
#include <string>
#include <vector>

#include "spanhound/attribute.h"

namespace spanhound::sdk {
namespace {

namespace nostd = opentelemetry::nostd;
namespace proto = opentelemetry::proto::trace::v1;
namespace trace = opentelemetry::trace;

class SpanBufferTest : public ::testing::Test {
 protected:
  static trace::SpanContext ContextOf(std::uint8_t last, std::uint8_t flags = 3,
                                      const std::string& state = "") {
    std::uint8_t trace_id[16] = {1};
    std::uint8_t span_id[8] = {2};
    span_id[7] = last;
    return {trace::TraceId(trace_id), trace::SpanId(span_id), trace::TraceFlags(flags), false,
            trace::TraceState::FromHeader(state)};
  }

  SpanBuffer Start(const SpanLimits& limits) {
    return SpanBuffer(limits, {context_, ContextOf(9).span_id(), true, trace::SpanKind::kClient,
                               "first name", 1000});
  }
  SpanBuffer Start() { return Start(limits_); }

  static proto::Span Parse(SpanBuffer* buffer) {
    proto::Span span;
    EXPECT_TRUE(span.ParseFromString(std::string(buffer->Finish(5000))));
    return span;
  }

  const SpanLimits limits_;
  const trace::SpanContext context_ = ContextOf(3, 3, "a=b");
};

TEST_F(SpanBufferTest, IsAnOtlpSpan) {
  SpanBuffer buffer = Start();
  buffer.SetName("name");
  buffer.SetStatus(trace::StatusCode::kError, "broken");
  const proto::Span span = Parse(&buffer);
  EXPECT_EQ(span.trace_id(), std::string("\1", 1) + std::string(15, '\0'));
  EXPECT_EQ(span.span_id(), std::string("\2\0\0\0\0\0\0\3", 8));
  EXPECT_EQ(span.parent_span_id(), std::string("\2\0\0\0\0\0\0\x9", 8));
  EXPECT_EQ(span.trace_state(), "a=b");
  EXPECT_EQ(span.flags(), 0x303u) << "W3C flags, and that the parent is remote";
  EXPECT_EQ(span.name(), "name");
  EXPECT_EQ(span.kind(), proto::Span::SPAN_KIND_CLIENT);
  EXPECT_EQ(span.start_time_unix_nano(), 1000u);
  EXPECT_EQ(span.end_time_unix_nano(), 5000u);
  EXPECT_EQ(span.status().code(), proto::Status::STATUS_CODE_ERROR);
  EXPECT_EQ(span.status().message(), "broken");
  EXPECT_EQ(span.dropped_attributes_count(), 0u);
}

TEST_F(SpanBufferTest, ValuesOfEveryType) {
  SpanBuffer buffer = Start();
  const std::vector<std::int64_t> longs{1, -2};
  const bool bools[] = {true, false};
  const nostd::string_view texts[] = {"x", "y"};
  const std::uint8_t raw[] = {0, 255};
  buffer.SetAttribute("bool", true);
  buffer.SetAttribute("int", std::int32_t{-1});
  buffer.SetAttribute("min", std::numeric_limits<std::int64_t>::min());
  buffer.SetAttribute("unsigned", std::uint32_t{4000000000});
  buffer.SetAttribute("double", 0.5);
  buffer.SetAttribute("text", std::string(300, 'x').c_str());
  buffer.SetAttribute("null", static_cast<const char*>(nullptr));
  buffer.SetAttribute("longs", nostd::span<const std::int64_t>(longs.data(), 2));
  buffer.SetAttribute("bools", nostd::span<const bool>(bools, 2));
  buffer.SetAttribute("texts", nostd::span<const nostd::string_view>(texts, 2));
  buffer.SetAttribute("raw", nostd::span<const std::uint8_t>(raw, 2));
  const proto::Span span = Parse(&buffer);
  ASSERT_EQ(span.attributes_size(), 11);
  EXPECT_EQ(span.attributes(0).key(), "bool");
  EXPECT_TRUE(span.attributes(0).value().bool_value());
  EXPECT_EQ(span.attributes(1).value().int_value(), -1);
  EXPECT_EQ(span.attributes(2).value().int_value(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(span.attributes(3).value().int_value(), 4000000000);
  EXPECT_EQ(span.attributes(4).value().double_value(), 0.5);
  EXPECT_EQ(span.attributes(5).value().string_value(), std::string(300, 'x'));
  EXPECT_TRUE(span.attributes(6).value().has_string_value());
  EXPECT_EQ(span.attributes(7).value().array_value().values(1).int_value(), -2);
  EXPECT_TRUE(span.attributes(8).value().array_value().values(0).bool_value());
  EXPECT_EQ(span.attributes(9).value().array_value().values(1).string_value(), "y");
  EXPECT_EQ(span.attributes(10).value().bytes_value(), std::string("\0\xff", 2));
}

TEST_F(SpanBufferTest, TheLastValueOfAKeyCounts) {
  SpanBuffer buffer = Start();
  const Attributes none;
  buffer.SetAttribute("a", "first");
  buffer.SetAttribute("b", std::string(200, 'b').c_str());
  buffer.AddEvent("between", 1, &none);
  buffer.SetAttribute("a", 2);
  buffer.SetAttribute("b", "second");
  buffer.SetAttribute("a", 3);
  buffer.SetAttribute("", "no key");
  const proto::Span span = Parse(&buffer);
  ASSERT_EQ(span.attributes_size(), 2);
  EXPECT_EQ(span.attributes(0).value().string_value(), "second");
  EXPECT_EQ(span.attributes(1).value().int_value(), 3);
  EXPECT_EQ(span.events(0).name(), "between");
}

TEST_F(SpanBufferTest, TheNameChangesAnywhere) {
  SpanBuffer buffer = Start();
  buffer.SetAttribute("a", "1");
  buffer.SetName("a longer name than the first");
  buffer.SetAttribute("b", "2");
  buffer.SetAttribute("a", "3");
  buffer.SetName("");
  buffer.SetName("last");
  buffer.SetAttribute("b", "4");
  const proto::Span span = Parse(&buffer);
  EXPECT_EQ(span.name(), "last");
  ASSERT_EQ(span.attributes_size(), 2);
  EXPECT_EQ(span.attributes(0).value().string_value(), "3");
  EXPECT_EQ(span.attributes(1).value().string_value(), "4");
}

// Short attributes are appended another way than long ones; a key is found again after both.
TEST_F(SpanBufferTest, AttributesOfEveryLength) {
  const std::string keys[] = {"k", "a.key.of.medium.length", std::string(100, 'k'), "cl\u00e9"};
  for (std::size_t length = 0; length < 300; ++length) {
    SpanBuffer buffer = Start();
    for (const std::string& key : keys) {
      buffer.SetAttribute(key, "before");
      buffer.SetAttribute(key, ToOtel(std::string(length, 'v')));
    }
    const proto::Span span = Parse(&buffer);
    ASSERT_EQ(span.attributes_size(), 4) << length;
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(span.attributes(i).key(), keys[static_cast<std::size_t>(i)]);
      EXPECT_EQ(span.attributes(i).value().string_value(), std::string(length, 'v'));
    }
  }
}

TEST_F(SpanBufferTest, EventsAndLinks) {
  SpanBuffer buffer = Start();
  const std::vector<Attribute> list{{"k", "v"}};
  const Attributes attributes(list);
  buffer.AddEvent("event", 77, &attributes);
  buffer.AddLink(ContextOf(7, 1, "x=y"), attributes);
  const proto::Span span = Parse(&buffer);
  ASSERT_EQ(span.events_size(), 1);
  EXPECT_EQ(span.events(0).name(), "event");
  EXPECT_EQ(span.events(0).time_unix_nano(), 77u);
  EXPECT_EQ(span.events(0).attributes(0).value().string_value(), "v");
  ASSERT_EQ(span.links_size(), 1);
  EXPECT_EQ(span.links(0).span_id(), std::string("\2\0\0\0\0\0\0\7", 8));
  EXPECT_EQ(span.links(0).trace_state(), "x=y");
  EXPECT_EQ(span.links(0).attributes(0).key(), "k");
  EXPECT_EQ(span.links(0).flags(), 0x101u);
}

TEST_F(SpanBufferTest, LimitsHoldAndAreCounted) {
  const SpanLimits limits{.attributes = 2,
                          .value_characters = 3,
                          .events = 1,
                          .event_attributes = 1,
                          .links = 1,
                          .link_attributes = 0};
  SpanBuffer buffer = Start(limits);
  const std::vector<Attribute> list{{"k", "v"}, {"l", "w"}};
  const Attributes two(list);
  buffer.SetAttribute("a", "12345");
  buffer.SetAttribute("b", "\xE4\xB8\xAD\xE6\x96\x87\xE5\xAD\x97\xE5\xAD\x97");
  buffer.SetAttribute("c", "too many");
  buffer.SetAttribute("a", "abcd");  // known already
  for (int i = 0; i < 3; ++i) buffer.AddEvent("event", 1, &two);
  for (int i = 0; i < 2; ++i) buffer.AddLink(ContextOf(7), two);
  const proto::Span span = Parse(&buffer);
  ASSERT_EQ(span.attributes_size(), 2);
  EXPECT_EQ(span.attributes(0).value().string_value(), "\xE4\xB8\xAD\xE6\x96\x87\xE5\xAD\x97");
  EXPECT_EQ(span.attributes(1).value().string_value(), "abc");
  EXPECT_EQ(span.dropped_attributes_count(), 1u);
  EXPECT_EQ(span.events_size(), 1);
  EXPECT_EQ(span.dropped_events_count(), 2u);
  EXPECT_EQ(span.events(0).attributes_size(), 1);
  EXPECT_EQ(span.events(0).dropped_attributes_count(), 1u);
  EXPECT_EQ(span.links_size(), 1);
  EXPECT_EQ(span.dropped_links_count(), 1u);
  EXPECT_EQ(span.links(0).dropped_attributes_count(), 2u);
}

TEST_F(SpanBufferTest, IsBoundedInBytes) {
  SpanBuffer buffer = Start();
  const std::string large(kSpanBytesMax / 2, 'x');
  const std::vector<Attribute> list{{"k", large}};
  const Attributes attributes(list);
  for (const char* key : {"a", "b", "c"}) buffer.SetAttribute(key, large.c_str());
  buffer.AddEvent("event", 1, &attributes);
  buffer.AddLink(ContextOf(7), attributes);
  buffer.SetName(large);
  const proto::Span span = Parse(&buffer);
  EXPECT_EQ(span.attributes_size(), 1);
  EXPECT_EQ(span.dropped_attributes_count(), 2u);
  EXPECT_EQ(span.dropped_events_count(), 1u);
  EXPECT_EQ(span.dropped_links_count(), 1u);
  EXPECT_EQ(span.name().size(), kSpanTextBytesMax);
}

TEST_F(SpanBufferTest, BytesThatAreNoUtf8AreReplaced) {
  SpanBuffer buffer = Start();
  buffer.SetName("na\xFFme");
  buffer.SetAttribute("k\xFF", "\xC3");
  const proto::Span span = Parse(&buffer);
  EXPECT_EQ(span.name(), "na\xEF\xBF\xBDme");
  EXPECT_EQ(span.attributes(0).key(), "k\xEF\xBF\xBD");
  EXPECT_EQ(span.attributes(0).value().string_value(), "\xEF\xBF\xBD");
}

TEST_F(SpanBufferTest, OkIsFinal) {
  SpanBuffer buffer = Start();
  buffer.SetStatus(trace::StatusCode::kError, "broken");
  buffer.SetStatus(trace::StatusCode::kUnset, "");
  buffer.SetStatus(trace::StatusCode::kOk, "not for Ok");
  buffer.SetStatus(trace::StatusCode::kError, "too late");
  const proto::Span span = Parse(&buffer);
  EXPECT_EQ(span.status().code(), proto::Status::STATUS_CODE_OK);
  EXPECT_EQ(span.status().message(), "");
}

}  // namespace
}  // namespace spanhound::sdk
