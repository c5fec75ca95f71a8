#include "wire/zipkin/zipkin_thrift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "wire/testing/batch_text.h"
#include "wire/thrift_writer.h"

namespace spanhound::wire {
namespace {

using ::testing::HasSubstr;

std::string TextOf(std::string bytes) {
  const auto decoded = DecodeZipkinThrift(std::move(bytes), {});
  return decoded.ok() ? BatchText(decoded->batch) : decoded.status().ToString();
}

std::string ListOf(uint32_t count, std::string_view spans) {
  ThriftWriter writer;
  return writer.Integer(static_cast<uint8_t>(ThriftType::kStruct))
      .Integer(count)
      .Raw(spans)
      .bytes();
}

std::string Host(std::string_view service, int32_t ipv4, int16_t port = 0) {
  ThriftWriter writer;
  writer.I32(1, ipv4).Field(ThriftType::kI16, 2).Integer(static_cast<uint16_t>(port));
  return writer.String(3, service).Stop().bytes();
}

std::string Annotation(int64_t micros, std::string_view value, std::string_view host) {
  ThriftWriter writer;
  writer.I64(1, micros).String(2, value).Field(ThriftType::kStruct, 3).Raw(host);
  return writer.Stop().bytes();
}

std::string Tag(std::string_view key, std::string_view value, int32_t type,
                std::string_view host = {}) {
  ThriftWriter writer;
  writer.String(1, key).String(2, value).I32(3, type);
  if (!host.empty()) writer.Field(ThriftType::kStruct, 4).Raw(host);
  return writer.Stop().bytes();
}

std::string BigEndian(uint64_t value, size_t bytes) {
  std::string text;
  for (size_t i = bytes; i-- > 0;) text.push_back(static_cast<char>(value >> (8 * i)));
  return text;
}

std::string BareSpan() { return ThriftWriter().I64(1, 1).I64(4, 2).Stop().bytes(); }

TEST(ZipkinThrift, AllFields) {
  const std::string host = Host("front", 0x0a000001, 8080);
  ThriftWriter span;
  span.I64(1, 2).String(3, "get").I64(4, 3).I64(5, 4);
  span.List(
      6, 3,
      Annotation(10, "cs", host) + Annotation(15, "retry", host) + Annotation(30, "cr", host));
  span.List(8, 8,
            Tag("bool", "\x01", 0) + Tag("bytes", "\xff", 1) + Tag("i16", BigEndian(0xfffe, 2), 2) +
                Tag("i32", BigEndian(7, 4), 3) + Tag("i64", BigEndian(8, 8), 4) +
                Tag("double", BigEndian(std::bit_cast<uint64_t>(0.5), 8), 5) +
                Tag("string", "text", 6) + Tag("sa", "\x01", 0, Host("back", 0x0a000002)));
  span.Bool(9, true).I64(10, 10).I64(11, 20).I64(12, 1).String(99, "from the future").Stop();
  EXPECT_EQ(TextOf(ListOf(1, span.bytes())),
            "span 00000000000000010000000000000002 0000000000000003 parent=0000000000000004"
            " name=get kind=3 start=10000 end=30000 flags=1"
            " {bool=true, bytes=x'ff', i16=-2, i32=7, i64=8, double=0.5/3fe0000000000000,"
            " string='text', net.host.ip='10.0.0.1', net.host.port=8080, peer.service='back',"
            " net.peer.ip='10.0.0.2'}\n"
            "  event name=retry time=15000\n"
            "  resource 0 {service.name='front'}\n"
            "  scope 0\n");
}

TEST(ZipkinThrift, Ipv6Hosts) {
  ThriftWriter host;
  host.I32(1, 0)
      .String(3, "s")
      .String(4, BigEndian(0x20010db8, 4) + BigEndian(0, 4) + BigEndian(1, 8))
      .Stop();
  ThriftWriter span;
  span.I64(1, 1).I64(4, 2).List(6, 1, Annotation(1, "sr", host.bytes())).Stop();
  EXPECT_THAT(TextOf(ListOf(1, span.bytes())), HasSubstr("{net.host.ip='2001:db8::1'}"));
}

TEST(ZipkinThrift, ValuesThatDoNotFitTheirTypeStayBytes) {
  ThriftWriter span;
  span.I64(1, 1).I64(4, 2).I64(10, 1).List(
      8, 3, Tag("a", "\x01", 4) + Tag("b", "x", 77) + Tag("c", "", 0));
  EXPECT_THAT(TextOf(ListOf(1, span.Stop().bytes())), HasSubstr("{a=x'01', b=x'78', c=x''}"));
}

TEST(ZipkinThrift, EmptyListAndBadIds) {
  EXPECT_EQ(TextOf(ListOf(0, "")), "");
  const std::string bad = ThriftWriter().I64(1, 0).I64(4, 1).Stop().bytes();
  const auto decoded = DecodeZipkinThrift(ListOf(2, bad + BareSpan()), {});
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->batch.spans.size(), 1u);
  EXPECT_EQ(decoded->rejected_count, 1u);
  EXPECT_EQ(decoded->rejected_message, "span 0: trace or span id is zero");
}

TEST(ZipkinThrift, CountsAreCheckedBeforeAnythingIsAllocated) {
  EXPECT_THAT(TextOf(ListOf(0x7fffffff, BareSpan())), HasSubstr("more elements than bytes"));
  ThriftWriter span;
  span.I64(1, 1).I64(4, 2).List(6, 0x7fffffff, "");
  EXPECT_THAT(TextOf(ListOf(1, span.bytes())), HasSubstr("more elements than bytes"));
}

TEST(ZipkinThrift, CutShortAnywhereIsAnError) {
  ThriftWriter span;
  span.I64(1, 1).I64(4, 2).List(6, 1, Annotation(1, "sr", Host("s", 1)));
  span.List(8, 1, Tag("k", "v", 6)).Stop();
  const std::string whole = ListOf(1, span.bytes());
  ASSERT_THAT(TextOf(whole), HasSubstr("span "));
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(TextOf(whole.substr(0, size)), HasSubstr("INVALID_ARGUMENT")) << size;
  }
}

TEST(ZipkinThrift, MemoryIsLimited) {
  std::string spans;
  for (int i = 0; i < 1000; ++i) spans += BareSpan();
  RequestLimits limits;
  limits.memory_bytes_max = 10'000;
  EXPECT_EQ(DecodeZipkinThrift(ListOf(1000, spans), limits).status().code(),
            Code::kResourceExhausted);
}

TEST(ZipkinThrift, ItemsAreLimited) {
  const std::string list = ListOf(3, BareSpan() + BareSpan() + BareSpan());
  EXPECT_TRUE(DecodeZipkinThrift(list, {.items_max = 3}).ok());
  EXPECT_EQ(DecodeZipkinThrift(list, {.items_max = 2}).status().code(), Code::kResourceExhausted);
}

}  // namespace
}  // namespace spanhound::wire
