#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/otlp/otlp.h"
#include "wire/proto_writer.h"
#include "wire/testing/batch_text.h"
#include "wire/testing/hex_bytes.h"
#include "wire/testing/sample_batches.h"

namespace spanhound::wire {
namespace {

using ::testing::HasSubstr;

const std::string kTrace(16, 't');
const std::string kSpan(8, 's');

// A request with one resource, one scope, and spans of the given fields.
std::string RequestOf(const std::vector<std::string>& spans) {
  std::string out;
  ProtoWriter writer(out);
  writer.Message(1, [&] {
    writer.Message(2, [&] {
      for (const std::string& span : spans) writer.BytesAlways(2, span);
    });
  });
  return out;
}

std::string SpanOf(std::string_view trace_id, std::string_view span_id,
                   std::string_view parent_id = "") {
  std::string out;
  ProtoWriter writer(out);
  writer.Bytes(1, trace_id);
  writer.Bytes(2, span_id);
  writer.Bytes(4, parent_id);
  return out;
}

std::string SpanWithAttribute(std::string_view any_value) {
  std::string span = SpanOf(kTrace, kSpan);
  ProtoWriter writer(span);
  writer.Message(9, [&] {
    writer.Bytes(1, "key");
    writer.BytesAlways(2, any_value);
  });
  return span;
}

// An AnyValue of `depth` arrays (oneof field 5) or lists (6) around each other, in linear time:
// lengths from the inside out, bytes from the outside in.
std::string Nested(int depth, uint32_t oneof_field) {
  const bool is_list = oneof_field == 6;
  std::vector<std::string> heads(static_cast<size_t>(depth));
  size_t size = 0;
  for (auto head = heads.rbegin(); head != heads.rend(); ++head) {
    std::string value_key;
    if (is_list) {  // the KeyValue around the inner value
      AppendVarint(value_key, BytesTag(2));
      AppendVarint(value_key, size);
      size += value_key.size();
    }
    std::string element_key;
    AppendVarint(element_key, BytesTag(1));
    AppendVarint(element_key, size);
    size += element_key.size();
    AppendVarint(*head, BytesTag(oneof_field));
    AppendVarint(*head, size);
    size += head->size();
    *head += element_key + value_key;
  }
  std::string out;
  for (const std::string& head : heads) out += head;
  return out;
}

TEST(OtlpTraces, EncodedBatchDecodesToItself) {
  const model::SpanBatch batch = SampleSpanBatch();
  auto decoded = DecodeOtlpTraces(EncodeOtlpTraces(batch), {});
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(BatchText(decoded->batch), BatchText(batch));
  EXPECT_EQ(decoded->rejected_count, 0u);
}

// Every field of trace.proto, serialised by Google's protobuf from the published schema.
TEST(OtlpTraces, GoldenBytes) {
  auto decoded = DecodeOtlpTraces(
      HexBytes("0a9c030a1a0a160a0c736572766963652e6e616d6512060a0473686f70100112f9020a6b0a036c69"
               "621203312e301a080a017312030a01761a070a0162120210011a100a0169120b18feffffffffffff"
               "ffff011a0e0a0164120921000000000000e03f1a090a017912043a0200011a0b0a016112062a040a"
               "0218071a100a016c120b32090a070a017812020a0020021285020a10303132333435363738396162"
               "63646566120841424344454647481a036b3d76220861626364656667682a05474554202f30023901"
               "002a36fe9c97174102002a36fe9c97174a080a017312030a01764a070a0162120210014a100a0169"
               "120b18feffffffffffffffff014a0e0a0164120921000000000000e03f4a090a017912043a020001"
               "4a0b0a016112062a040a0218074a100a016c120b32090a070a017812020a0050035a160909000000"
               "00000000120265761a050a016b1200200660046a310a106665646362613938373635343332313012"
               "0848474645444342411a037a3d7922070a016b120218012807350103000070057a07120362616418"
               "028501010100001a0275321a027531"),
      {});
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  const std::string attributes =
      "{s='v', b=true, i=-2, d=0.5/3fe0000000000000, y=x'0001', a=[7], l={x=''}}";
  EXPECT_EQ(BatchText(decoded->batch),
            "span 30313233343536373839616263646566 4142434445464748 parent=6162636465666768"
            " name=GET / kind=2 start=1700000000000000001 end=1700000000000000002 status=2"
            " message=bad state=k=v flags=257 " +
                attributes +
                " dropped_attributes=3 dropped_events=4 dropped_links=5\n"
                "  event name=ev time=9 {k=empty} dropped=6\n"
                "  link 66656463626139383736353433323130 4847464544434241 state=z=y flags=769"
                " {k=1} dropped=7\n"
                "  resource 0 {service.name='shop'} dropped=1 schema=u1\n"
                "  scope 0 name=lib version=1.0 " +
                attributes + " dropped=2 schema=u2\n");
}

TEST(OtlpTraces, EmptyRequestsAndEnvelopesAreEmptyBatches) {
  std::string envelopes;
  ProtoWriter writer(envelopes);
  writer.Message(1, [] {});                              // ResourceSpans {}
  writer.Message(1, [&] { writer.Message(2, [] {}); });  // with ScopeSpans {}
  for (const std::string& request : {std::string(), envelopes}) {
    auto decoded = DecodeOtlpTraces(request, {});
    ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
    EXPECT_TRUE(decoded->batch.spans.empty());
    EXPECT_TRUE(decoded->batch.resources.empty());
    EXPECT_TRUE(decoded->batch.scopes.empty());
  }
}

TEST(OtlpTraces, FieldsMayComeInAnyOrderAndUnknownOnesAreSkipped) {
  std::string out;
  ProtoWriter writer(out);
  writer.Fixed64(999, 1);
  writer.Message(1, [&] {
    writer.Bytes(3, "resource-schema");
    writer.Message(2, [&] {
      writer.Bytes(3, "scope-schema");
      writer.Bytes(77, "unknown");
      std::string span = SpanWithAttribute("\x10\x01");
      ProtoWriter span_writer(span);
      span_writer.Bytes(99, "unknown");
      span_writer.Bytes(6, "a known number with another wire type");
      span_writer.Varint(6, 3);
      writer.BytesAlways(2, span);
      writer.Message(1, [&] { writer.Bytes(1, "lib"); });
    });
    writer.Message(1, [&] { writer.Varint(2, 5); });
  });
  auto decoded = DecodeOtlpTraces(out, {});
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(BatchText(decoded->batch),
            "span 74747474747474747474747474747474 7373737373737373 kind=3 {key=true}\n"
            "  resource 0 dropped=5 schema=resource-schema\n"
            "  scope 0 name=lib schema=scope-schema\n");
}

// One attribute, its bytes as given.
std::string TextOfAttribute(std::string_view key_value) {
  std::string span = SpanOf(kTrace, kSpan);
  ProtoWriter(span).BytesAlways(9, key_value);
  auto decoded = DecodeOtlpTraces(RequestOf({span}), {});
  if (!decoded.ok()) return std::string(decoded.status().message());
  const model::Attribute& attribute = decoded->batch.spans[0].attributes[0];
  return std::string(attribute.key) + "=" + std::string(attribute.value.text());
}

TEST(OtlpTraces, AttributesAroundTheLengthsOfOneByte) {
  for (size_t key_size : {0, 1, 7, 126, 127, 128, 300}) {
    for (size_t text_size : {0, 1, 124, 125, 126, 127, 128, 129, 300}) {
      const std::string key(key_size, 'k');
      const std::string text(text_size, 't');
      std::string key_value;
      ProtoWriter writer(key_value);
      writer.BytesAlways(1, key);
      writer.Message(2, [&] { writer.BytesAlways(1, text); });
      EXPECT_EQ(TextOfAttribute(key_value), key + "=" + text) << key_size << " " << text_size;
    }
  }
}

TEST(OtlpTraces, AttributesThatOnlyBeginLikeMost) {
  EXPECT_EQ(TextOfAttribute(HexBytes("0a016b12030a0176")), "k=v");
  EXPECT_EQ(TextOfAttribute(HexBytes("12030a01760a016b")), "k=v");            // value first
  EXPECT_EQ(TextOfAttribute(HexBytes("0a016b12060a01760a0177")), "k=w");      // two in a value
  EXPECT_EQ(TextOfAttribute(HexBytes("0a016b12030a017612030a0177")), "k=w");  // two values
  EXPECT_EQ(TextOfAttribute(HexBytes("0a016b12030a01760a016c")), "l=v");      // two keys
  EXPECT_EQ(TextOfAttribute(HexBytes("0a016b12020a00")), "k=");
  for (const char* damaged : {"0a016b12030a0276", "0a016b12040a0176", "0a076b12030a0176"}) {
    EXPECT_THAT(TextOfAttribute(HexBytes(damaged)), HasSubstr("past the end")) << damaged;
  }
}

TEST(OtlpTraces, InvalidIdsRejectTheirSpanOnly) {
  const std::string zero_trace(16, '\0');
  const std::string zero_span(8, '\0');
  auto decoded = DecodeOtlpTraces(
      RequestOf({SpanOf(kTrace, kSpan), SpanOf("", kSpan), SpanOf(std::string(15, 't'), kSpan),
                 SpanOf(std::string(17, 't'), kSpan), SpanOf(zero_trace, kSpan), SpanOf(kTrace, ""),
                 SpanOf(kTrace, "1234567"), SpanOf(kTrace, "123456789"), SpanOf(kTrace, zero_span),
                 SpanOf(kTrace, kSpan, "1234567"), SpanOf(kTrace, kSpan, zero_span),
                 SpanOf(kTrace, kSpan, "parentid")}),
      {});
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(decoded->rejected_count, 9u);
  EXPECT_EQ(decoded->rejected_message, "span 1: trace id is not 16 bytes long");
  ASSERT_EQ(decoded->batch.spans.size(), 3u);
  EXPECT_TRUE(decoded->batch.spans[0].parent_span_id.is_zero());
  EXPECT_TRUE(decoded->batch.spans[1].parent_span_id.is_zero());
  EXPECT_EQ(decoded->batch.spans[2].parent_span_id.view(), "parentid");
}

TEST(OtlpTraces, RequestOfRejectedSpansLeavesNothingBehind) {
  auto decoded = DecodeOtlpTraces(RequestOf({SpanOf("", "")}), {});
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->rejected_count, 1u);
  EXPECT_TRUE(decoded->batch.resources.empty());
  EXPECT_TRUE(decoded->batch.scopes.empty());
}

TEST(OtlpTraces, LinksToNowhereAreDroppedAndCounted) {
  std::string span = SpanOf(kTrace, kSpan);
  ProtoWriter writer(span);
  for (const std::string& link : {SpanOf("short", kSpan), SpanOf(kTrace, kSpan), SpanOf("", "")}) {
    writer.BytesAlways(13, link);
  }
  writer.Varint(14, 10);
  auto decoded = DecodeOtlpTraces(RequestOf({span}), {});
  ASSERT_TRUE(decoded.ok());
  ASSERT_EQ(decoded->batch.spans.size(), 1u);
  EXPECT_EQ(decoded->batch.spans[0].links.size(), 1u);
  EXPECT_EQ(decoded->batch.spans[0].dropped_links_count, 12u);
}

TEST(OtlpTraces, UnknownEnumNumbersAreUnspecified) {
  std::string span = SpanOf(kTrace, kSpan);
  ProtoWriter writer(span);
  writer.Varint(6, 200);
  writer.Message(15, [&] { writer.Varint(3, UINT64_MAX); });
  auto decoded = DecodeOtlpTraces(RequestOf({span}), {});
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->batch.spans[0].kind, model::SpanKind::kUnspecified);
  EXPECT_EQ(decoded->batch.spans[0].status_code, model::StatusCode::kUnset);
}

TEST(OtlpTraces, TextThatIsNotUtf8IsKept) {
  std::string span = SpanOf(kTrace, kSpan);
  const std::string name("a\xff\0b", 4);
  ProtoWriter(span).Bytes(5, name);
  auto decoded = DecodeOtlpTraces(RequestOf({span}), {});
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->batch.spans[0].name, name);
}

TEST(OtlpTraces, ExtremeTimesAreKept) {
  std::string span = SpanOf(kTrace, kSpan);
  ProtoWriter writer(span);
  writer.Fixed64(7, uint64_t{1} << 63);
  writer.Fixed64(8, 1);
  auto decoded = DecodeOtlpTraces(RequestOf({span}), {});
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->batch.spans[0].start_unix_nanos, uint64_t{1} << 63);
  EXPECT_EQ(decoded->batch.spans[0].end_unix_nanos, 1u);
  EXPECT_EQ(decoded->batch.spans[0].duration_nanos(), 0u);
}

TEST(OtlpTraces, NestingIsBounded) {
  for (const uint32_t oneof_field : {5u, 6u}) {
    for (const int depth : {10, model::kValueDepthMax}) {
      EXPECT_TRUE(
          DecodeOtlpTraces(RequestOf({SpanWithAttribute(Nested(depth, oneof_field))}), {}).ok())
          << depth;
    }
    for (const int depth : {model::kValueDepthMax + 1, 100, 10'000, 1'000'000}) {
      auto decoded =
          DecodeOtlpTraces(RequestOf({SpanWithAttribute(Nested(depth, oneof_field))}), {});
      ASSERT_FALSE(decoded.ok()) << depth;
      EXPECT_EQ(decoded.status().code(), Code::kInvalidArgument);
      EXPECT_THAT(decoded.status().message(), HasSubstr("nested too deeply"));
    }
  }
}

TEST(OtlpTraces, ManyAndLargeElements) {
  std::string span = SpanOf(kTrace, kSpan);
  ProtoWriter writer(span);
  const std::string large(1 << 20, 'x');
  for (int i = 0; i < 10'000; ++i) {
    writer.Message(9, [&] { writer.Bytes(1, std::to_string(i)); });
    writer.Message(11, [&] { writer.Fixed64(1, static_cast<uint64_t>(i) + 1); });
    writer.BytesAlways(13, SpanOf(kTrace, kSpan));
  }
  writer.Message(9, [&] { writer.Message(2, [&] { writer.Bytes(1, large); }); });
  auto decoded = DecodeOtlpTraces(RequestOf({span}), {});
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  const model::Span& made = decoded->batch.spans.at(0);
  ASSERT_EQ(made.attributes.size(), 10'001u);
  EXPECT_EQ(made.attributes[9'999].key, "9999");
  EXPECT_EQ(made.attributes[10'000].value.text(), large);
  ASSERT_EQ(made.events.size(), 10'000u);
  EXPECT_EQ(made.events[9'999].time_unix_nanos, 10'000u);
  EXPECT_EQ(made.links.size(), 10'000u);
}

// Two bytes on the wire become 64 in memory: the limit must hold before the memory is taken.
TEST(OtlpTraces, MemoryIsBounded) {
  std::string span = SpanOf(kTrace, kSpan);
  for (int i = 0; i < 100'000; ++i) span += std::string_view("\x6a\x00", 2);  // empty links
  RequestLimits limits;
  limits.memory_bytes_max = 1 << 20;
  auto decoded = DecodeOtlpTraces(RequestOf({span}), limits);
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.status().code(), Code::kResourceExhausted);
  EXPECT_TRUE(DecodeOtlpTraces(RequestOf({span}), {}).ok());
}

TEST(OtlpTraces, ItemsAreBounded) {
  const std::string span = SpanOf(kTrace, kSpan);
  EXPECT_TRUE(DecodeOtlpTraces(RequestOf({span, span}), {.items_max = 2}).ok());
  EXPECT_EQ(DecodeOtlpTraces(RequestOf({span, span}), {.items_max = 1}).status().code(),
            Code::kResourceExhausted);
}

TEST(OtlpTraces, EveryTruncationIsAnErrorOrEmpty) {
  const std::string whole = EncodeOtlpTraces(SampleSpanBatch());
  const std::string expected = BatchText(SampleSpanBatch());
  size_t decodable = 0;
  for (size_t size = 0; size < whole.size(); ++size) {
    auto decoded = DecodeOtlpTraces(whole.substr(0, size), {});
    if (!decoded.ok()) {
      EXPECT_EQ(decoded.status().code(), Code::kInvalidArgument);
      EXPECT_THAT(decoded.status().message(), HasSubstr("byte "));
      continue;
    }
    // Only a cut between two top-level messages can go unnoticed, and gives the first of them.
    ++decodable;
    EXPECT_THAT(expected, ::testing::StartsWith(BatchText(decoded->batch)));
  }
  EXPECT_EQ(decodable, 2u);  // nothing at all, and the first ResourceSpans
}

TEST(OtlpTraces, ErrorsNameTheByte) {
  auto decoded = DecodeOtlpTraces(HexBytes("0a0212050a"), {});
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.status().message(), "byte 2: length past the end");
}

}  // namespace
}  // namespace spanhound::wire
