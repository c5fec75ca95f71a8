#include "wire/jaeger/jaeger_thrift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/testing/batch_text.h"
#include "wire/testing/hex_bytes.h"
#include "wire/testing/thrift_tags.h"
#include "wire/thrift_writer.h"

namespace spanhound::wire {
namespace {

using ::testing::HasSubstr;

// The required fields of a span; what follows may set them again.
ThriftWriter Ids(int64_t trace_low = 2, int64_t trace_high = 1, int64_t span = 3,
                 int64_t parent = 0) {
  ThriftWriter writer;
  writer.I64(1, trace_low).I64(2, trace_high).I64(3, span).I64(4, parent);
  return writer.String(5, "").I32(7, 0).I64(8, 0).I64(9, 0);
}

std::string BatchOf(uint32_t count, std::string_view spans) {
  return ThriftWriter().List(2, count, spans).Stop().bytes();
}

std::string Reference(int32_t type, int64_t trace_low, int64_t trace_high, int64_t span) {
  ThriftWriter writer;
  return writer.I32(1, type).I64(2, trace_low).I64(3, trace_high).I64(4, span).Stop().bytes();
}

std::string TextOf(std::string bytes) {
  auto decoded = DecodeJaegerThrift(std::move(bytes), {});
  return decoded.ok() ? BatchText(decoded->batch) : decoded.status().ToString();
}

// The one span of a batch, with the ids of Ids(), as text behind those ids.
std::string SpanText(ThriftWriter span) {
  auto decoded = DecodeJaegerThrift(BatchOf(1, span.Stop().bytes()), {});
  if (!decoded.ok()) return decoded.status().ToString();
  std::string text;
  AppendSpan(decoded->batch.spans.at(0), text);
  EXPECT_THAT(text, HasSubstr("span 00000000000000010000000000000002 0000000000000003"));
  return text.substr(text.find("03") + 2);
}

// Serialised by Apache Thrift's own TBinaryProtocol.
TEST(JaegerThrift, GoldenBytes) {
  EXPECT_EQ(TextOf(HexBytes(
                "0c00010b00010000000473686f700f00020c000000020b000100000008686f73746e616d65080002"
                "000000000b0003000000026831000b000100000003706964080002000000030a0006000000000000"
                "002a00000f00020c000000010a000111121314151617180a000201020304050607080a0003212223"
                "24252627280a000431323334353637380b000500000005474554202f0f00060c0000000208000100"
                "0000000a000211121314151617180a000301020304050607080a0004313233343536373800080001"
                "000000010a000200000000000000050a000300000000000000000a00040000000000000006000800"
                "07000000030a000800060a24181e40010a000900000000000000fa0f000a0c000000060b00010000"
                "00097370616e2e6b696e64080002000000000b000300000006636c69656e74000b00010000000565"
                "72726f720800020000000202000501000b000100000005726174696f080002000000010400043fe0"
                "000000000000000b000100000003726177080002000000040b00070000000200ff000b0001000000"
                "0f6f74656c2e73636f70652e6e616d65080002000000000b0003000000036c6962000b0001000000"
                "016e080002000000030a0006ffffffffffffffff000f000b0c000000010a000100060a24181e4002"
                "0f00020c000000020b0001000000056576656e74080002000000000b000300000005726574727900"
                "0b000100000005636f756e74080002000000030a000600000000000000020000000a000300000000"
                "000000090c00040a000100000000000000010a000200000000000000020a00030000000000000003"
                "0000")),
            "span 01020304050607081112131415161718 2122232425262728 parent=3132333435363738"
            " name=GET / kind=3 start=1700000000000001000 end=1700000000000251000 status=2 flags=1"
            " {ratio=0.5/3fe0000000000000, raw=x'00ff', n=-1}\n"
            "  event name=retry time=1700000000000002000 {count=2}\n"
            "  link 00000000000000000000000000000005 0000000000000006"
            " {opentracing.ref_type='follows_from'}\n"
            "  resource 0 {service.name='shop', hostname='h1', pid=42}\n"
            "  scope 0 name=lib\n");
}

TEST(JaegerThrift, EmptyBatch) {
  auto decoded = DecodeJaegerThrift(BatchOf(0, ""), {});
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_TRUE(decoded->batch.spans.empty());
  EXPECT_TRUE(decoded->batch.resources.empty());
}

TEST(JaegerThrift, WithoutProcessTheServiceIsUnknown) {
  auto decoded = DecodeJaegerThrift(BatchOf(1, Ids().Stop().bytes()), {});
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->batch.resource_of(decoded->batch.spans[0]).service_name(), "unknown_service");
}

TEST(JaegerThrift, SpansWithoutIdsAreRejectedOneByOne) {
  const std::string spans = Ids().Stop().bytes() + Ids(0, 0).Stop().bytes() +
                            Ids(2, 1, 0).Stop().bytes() + Ids(0, 1).Stop().bytes() +
                            Ids(1, 0).Stop().bytes();
  auto decoded = DecodeJaegerThrift(BatchOf(5, spans), {});
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(decoded->batch.spans.size(), 3u);
  EXPECT_EQ(decoded->rejected_count, 2u);
  EXPECT_EQ(decoded->rejected_message, "span 1: trace or span id is zero");
}

TEST(JaegerThrift, TagsBecomeFields) {
  const std::string tags = StringTag("span.kind", "server") + StringTag("w3c.tracestate", "a=b") +
                           StringTag("otel.status_code", "OK") +
                           StringTag("otel.status_description", "fine") +
                           StringTag("internal.span.format", "jaeger") + StringTag("kept", "x");
  EXPECT_EQ(SpanText(Ids().List(10, 6, tags)),
            " kind=2 status=1 message=fine state=a=b {kept='x'}\n");
  const std::string odd = StringTag("span.kind", "sideways") + StringTag("error", "false") +
                          BoolTag("otel.status_code", true) + StringTag("otel.status_code", "meh");
  EXPECT_EQ(SpanText(Ids().List(10, 4, odd)),
            " {span.kind='sideways', error='false', otel.status_code=true,"
            " otel.status_code='meh'}\n");
}

TEST(JaegerThrift, ErrorTagDecidesTheStatus) {
  const std::string ok = StringTag("otel.status_code", "OK");
  for (const std::string& error : {BoolTag("error", true), StringTag("error", "true"),
                                   StringTag("otel.status_code", "ERROR")}) {
    EXPECT_EQ(SpanText(Ids().List(10, 2, ok + error)), " status=2\n");
    EXPECT_EQ(SpanText(Ids().List(10, 2, error + ok)), " status=2\n");
  }
}

TEST(JaegerThrift, SpansAreGroupedByScope) {
  const auto span = [](const std::string& name_key, const std::string& name,
                       const std::string& version_key) {
    return Ids()
        .List(10, 2, StringTag(name_key, name) + StringTag(version_key, "1"))
        .Stop()
        .bytes();
  };
  auto decoded =
      DecodeJaegerThrift(BatchOf(3, span("otel.scope.name", "a", "otel.scope.version") +
                                        span("otel.library.name", "b", "otel.library.version") +
                                        span("otel.scope.name", "a", "otel.scope.version")),
                         {});
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  const model::SpanBatch& batch = decoded->batch;
  ASSERT_EQ(batch.scopes.size(), 2u);
  EXPECT_EQ(batch.scope_of(batch.spans[1]).name, "b");
  EXPECT_EQ(batch.scope_of(batch.spans[1]).version, "1");
  EXPECT_EQ(batch.spans[0].scope_index, batch.spans[2].scope_index);
}

TEST(JaegerThrift, References) {
  const std::string child_of = Reference(0, 2, 1, 9);
  EXPECT_EQ(SpanText(Ids().List(6, 1, child_of)), " parent=0000000000000009\n");
  EXPECT_EQ(SpanText(Ids(2, 1, 3, 9).List(6, 1, child_of)), " parent=0000000000000009\n");
  const std::string follows = Reference(1, 2, 1, 9) + Reference(0, 7, 7, 8) + Reference(1, 0, 0, 9);
  EXPECT_EQ(SpanText(Ids().List(6, 3, follows)),
            "\n  link 00000000000000010000000000000002 0000000000000009"
            " {opentracing.ref_type='follows_from'}\n"
            "  link 00000000000000070000000000000007 0000000000000008"
            " {opentracing.ref_type='child_of'}\n");
}

TEST(JaegerThrift, LogsBecomeEvents) {
  const auto log = [](uint32_t count, const std::string& fields) {
    return ThriftWriter().I64(1, 5).List(2, count, fields).Stop().bytes();
  };
  const std::string logs = log(2, StringTag("message", "said") + StringTag("k", "v")) +
                           log(2, StringTag("message", "kept") + StringTag("event", "done")) +
                           log(1, BoolTag("event", true)) + log(0, "");
  EXPECT_EQ(SpanText(Ids().List(11, 4, logs)),
            "\n  event name=said time=5000 {k='v'}\n"
            "  event name=done time=5000 {message='kept'}\n"
            "  event time=5000 {event=true}\n"
            "  event time=5000\n");
}

TEST(JaegerThrift, TimesAreCutOffNotWrapped) {
  EXPECT_EQ(SpanText(Ids().I64(8, 1000).I64(9, 7)), " start=1000000 end=1007000\n");
  EXPECT_EQ(SpanText(Ids().I64(8, -5).I64(9, -5)), "\n");
  EXPECT_EQ(SpanText(Ids().I64(8, INT64_MAX).I64(9, 1)),
            " start=18446744073709551615 end=18446744073709551615\n");
  EXPECT_EQ(SpanText(Ids().I64(8, 1).I64(9, INT64_MAX)), " start=1000 end=18446744073709551615\n");
}

TEST(JaegerThrift, UnknownFieldsAndTagTypesAreTolerated) {
  const std::string tag = ThriftWriter().String(1, "k").I32(2, 17).String(3, "v").Stop().bytes();
  EXPECT_EQ(SpanText(Ids()
                         .String(99, "x")
                         .Field(ThriftType::kMap, 98)
                         .Raw(std::string("\x0b\x08\0\0\0\0", 6))
                         .List(10, 1, tag)),
            " {k=empty}\n");
}

TEST(JaegerThrift, EveryTruncationIsAnError) {
  const std::string whole =
      ThriftWriter()
          .Field(ThriftType::kStruct, 1)
          .Raw(ThriftWriter().String(1, "shop").List(2, 1, StringTag("a", "b")).Stop().bytes())
          .List(2, 1,
                Ids()
                    .List(6, 1, Reference(0, 2, 1, 9))
                    .List(10, 1, StringTag("k", "v"))
                    .List(11, 1, ThriftWriter().I64(1, 5).List(2, 0, "").Stop().bytes())
                    .Stop()
                    .bytes())
          .Stop()
          .bytes();
  ASSERT_TRUE(DecodeJaegerThrift(whole, {}).ok());
  for (size_t size = 0; size < whole.size(); ++size) {
    auto decoded = DecodeJaegerThrift(whole.substr(0, size), {});
    ASSERT_FALSE(decoded.ok()) << size;
    EXPECT_EQ(decoded.status().code(), Code::kInvalidArgument);
  }
}

TEST(JaegerThrift, WhatIsNoBatchIsRefused) {
  for (const std::string& bytes :
       {std::string(), std::string(1, '\0'), std::string(R"({"spans":[]})"), HexBytes("80010001"),
        ThriftWriter().I64(3, 9).Stop().bytes()}) {
    EXPECT_EQ(DecodeJaegerThrift(bytes, {}).status().code(), Code::kInvalidArgument);
  }
}

TEST(JaegerThrift, CountsAndMemoryAreBounded) {
  EXPECT_THAT(TextOf(BatchOf(0x7fffffff, Ids().Stop().bytes())),
              HasSubstr("more elements than bytes"));
  std::string tags;
  for (int i = 0; i < 20'000; ++i) tags += StringTag("k", "v");
  RequestLimits limits;
  limits.memory_bytes_max = 64 << 10;
  const std::string batch = BatchOf(1, Ids().List(10, 20'000, tags).Stop().bytes());
  EXPECT_EQ(DecodeJaegerThrift(batch, limits).status().code(), Code::kResourceExhausted);
  auto decoded = DecodeJaegerThrift(batch, {});
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->batch.spans[0].attributes.size(), 20'000u);
}

TEST(JaegerThrift, ItemsAreBounded) {
  const std::string span = Ids().Stop().bytes();
  const std::string batch = BatchOf(3, span + span + span);
  EXPECT_TRUE(DecodeJaegerThrift(batch, {.items_max = 3}).ok());
  EXPECT_EQ(DecodeJaegerThrift(batch, {.items_max = 2}).status().code(), Code::kResourceExhausted);
}

}  // namespace
}  // namespace spanhound::wire
