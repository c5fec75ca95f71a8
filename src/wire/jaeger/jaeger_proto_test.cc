#include "wire/jaeger/jaeger_proto.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "wire/proto_writer.h"
#include "wire/testing/batch_text.h"
#include "wire/testing/sample_batches.h"

namespace spanhound::wire {
namespace {

using ::testing::HasSubstr;
using WriteFields = std::function<void(ProtoWriter&)>;

void WriteIds(ProtoWriter& writer) {
  writer.Bytes(1, SampleTraceId(1).view());
  writer.Bytes(2, SampleSpanId(2).view());
}

// PostSpansRequest { batch { spans..., process? } }
std::string RequestOf(const std::vector<WriteFields>& spans, const WriteFields& process = {}) {
  std::string bytes;
  ProtoWriter writer(bytes);
  writer.Message(1, [&] {
    for (const WriteFields& span : spans) writer.Message(1, [&] { span(writer); });
    if (process) writer.Message(2, [&] { process(writer); });
  });
  return bytes;
}

WriteFields Service(std::string_view name) {
  return [name](ProtoWriter& writer) { writer.Bytes(1, name); };
}

std::string TextOf(std::string bytes) {
  auto decoded = DecodeJaegerProto(std::move(bytes), {});
  return decoded.ok() ? BatchText(decoded->batch) : decoded.status().ToString();
}

TEST(JaegerProto, EmptyRequestsHaveNoSpans) {
  for (const std::string& bytes : {std::string(), RequestOf({}), RequestOf({}, Service("shop"))}) {
    auto decoded = DecodeJaegerProto(bytes, {});
    ASSERT_TRUE(decoded.ok());
    EXPECT_TRUE(decoded->batch.spans.empty());
    EXPECT_TRUE(decoded->batch.resources.empty());
  }
}

TEST(JaegerProto, SpansHaveTheirOwnProcessOrThatOfTheBatch) {
  const WriteFields own = [](ProtoWriter& writer) {
    WriteIds(writer);
    writer.Message(10, [&] { writer.Bytes(1, "own"); });
  };
  auto decoded = DecodeJaegerProto(RequestOf({WriteIds, own, own, WriteIds}, Service("shop")), {});
  ASSERT_TRUE(decoded.ok());
  const model::SpanBatch& batch = decoded->batch;
  ASSERT_EQ(batch.resources.size(), 2u);
  std::vector<std::string> services;
  for (const model::Span& span : batch.spans) {
    services.emplace_back(batch.resource_of(span).service_name());
  }
  EXPECT_THAT(services, ::testing::ElementsAre("shop", "own", "own", "shop"));
}

TEST(JaegerProto, SpansOfSeveralScopesMayAlternate) {
  const auto scoped = [](std::string_view scope) -> WriteFields {
    return [scope](ProtoWriter& writer) {
      WriteIds(writer);
      if (scope.empty()) return;
      writer.Message(8, [&] {
        writer.Bytes(1, "otel.scope.name");
        writer.Bytes(3, scope);
      });
    };
  };
  auto decoded = DecodeJaegerProto(
      RequestOf({scoped("a"), scoped("b"), scoped("a"), scoped(""), scoped("")}), {});
  ASSERT_TRUE(decoded.ok());
  const model::SpanBatch& batch = decoded->batch;
  EXPECT_EQ(batch.scopes.size(), 3u);
  std::vector<std::string_view> scopes;
  for (const model::Span& span : batch.spans) scopes.push_back(batch.scope_of(span).name);
  EXPECT_THAT(scopes, ::testing::ElementsAre("a", "b", "a", "", ""));
}

TEST(JaegerProto, SpanWithoutAnyProcess) {
  EXPECT_THAT(TextOf(RequestOf({WriteIds})), HasSubstr("  resource 0\n"));
}

// Whatever the order and the lengths of its fields, a tag says the same.
TEST(JaegerProto, TagsMayBeWrittenInAnyWay) {
  const auto value_of = [](const WriteFields& tag) -> std::string {
    const WriteFields span = [&](ProtoWriter& writer) {
      WriteIds(writer);
      writer.Message(8, [&] { tag(writer); });
    };
    auto decoded = DecodeJaegerProto(RequestOf({span}), {});
    if (!decoded.ok()) return decoded.status().ToString();
    const auto attributes = decoded->batch.spans.at(0).attributes;
    return std::string(attributes[0].key) + "=" + model::ToText(attributes[0].value);
  };
  for (const size_t size : {0u, 1u, 126u, 127u, 128u, 300u}) {
    const std::string text(size, 'v');
    const std::string key = "k" + text;
    const auto write_key = [&](ProtoWriter& writer) { writer.Bytes(1, key); };
    const auto write_text = [&](ProtoWriter& writer) { writer.Bytes(3, text); };
    const std::string expected = key + "=" + text;
    EXPECT_EQ(value_of([&](ProtoWriter& w) { write_key(w), write_text(w); }), expected) << size;
    EXPECT_EQ(value_of([&](ProtoWriter& w) { write_text(w), write_key(w); }), expected) << size;
    EXPECT_EQ(value_of([&](ProtoWriter& w) { write_key(w), w.VarintAlways(2, 0), write_text(w); }),
              expected);
    // Of a field that is there twice the last counts; the writer leaves empty ones out.
    EXPECT_EQ(value_of([&](ProtoWriter& w) { write_key(w), w.Bytes(3, "before"), write_text(w); }),
              text.empty() ? key + "=before" : expected);
    // A later type decides: the text is not the value.
    EXPECT_EQ(value_of([&](ProtoWriter& w) { write_key(w), write_text(w), w.Varint(2, 2); }),
              key + "=0");
  }
}

TEST(JaegerProto, IdsOfEightBytesAreTheLowerHalf) {
  EXPECT_THAT(TextOf(RequestOf({[](ProtoWriter& writer) {
                writer.Bytes(1, "\x01\x02\x03\x04\x05\x06\x07\x08");
                writer.Bytes(2, SampleSpanId(2).view());
              }})),
              HasSubstr("span 00000000000000000102030405060708 0000000000000002"));
}

TEST(JaegerProto, SpansWithBadIdsAreRejectedOneByOne) {
  const auto with_ids = [](std::string trace_id, std::string span_id) -> WriteFields {
    return [=](ProtoWriter& writer) {
      writer.Bytes(1, trace_id);
      writer.Bytes(2, span_id);
    };
  };
  const std::string trace_id(SampleTraceId(1).view());
  const std::string span_id(SampleSpanId(1).view());
  const std::vector<std::pair<WriteFields, std::string>> bad = {
      {with_ids("", span_id), "trace id is not 16 bytes long"},
      {with_ids(trace_id + "x", span_id), "trace id is not 16 bytes long"},
      {with_ids(std::string(16, '\0'), span_id), "trace id is zero"},
      {with_ids(trace_id, "1234567"), "span id is not 8 bytes long"},
      {with_ids(trace_id, std::string(8, '\0')), "span id is zero"}};
  for (const auto& [span, why] : bad) {
    auto decoded = DecodeJaegerProto(RequestOf({WriteIds, span}), {});
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded->batch.spans.size(), 1u);
    EXPECT_EQ(decoded->rejected_count, 1u);
    EXPECT_EQ(decoded->rejected_message, "span 1: " + why);
  }
}

TEST(JaegerProto, TimesThatMakeNoSenseAreCutOff) {
  const auto span = [](int64_t seconds, int64_t nanos) -> WriteFields {
    return [=](ProtoWriter& writer) {
      WriteIds(writer);
      for (const uint32_t field : {6u, 7u}) {
        writer.Message(field, [&] {
          writer.Varint(1, static_cast<uint64_t>(seconds));
          writer.Varint(2, static_cast<uint64_t>(nanos));
        });
      }
    };
  };
  EXPECT_THAT(TextOf(RequestOf({span(1, 5)})), HasSubstr(" start=1000000005 end=2000000010\n"));
  EXPECT_THAT(TextOf(RequestOf({span(-1, 0)})), HasSubstr("0000000000000002\n"));
  EXPECT_THAT(TextOf(RequestOf({span(1, -1)})), HasSubstr("0000000000000002\n"));
  EXPECT_THAT(TextOf(RequestOf({span(INT64_MAX, 0)})),
              HasSubstr(" start=18446744073709551615 end=18446744073709551615\n"));
}

TEST(JaegerProto, UnknownFieldsAndTypesAreTolerated) {
  EXPECT_THAT(TextOf(RequestOf({[](ProtoWriter& writer) {
                WriteIds(writer);
                writer.Bytes(99, "from the future");
                writer.Message(8, [&] {
                  writer.Bytes(1, "key");
                  writer.Varint(2, 77);
                });
              }})),
              HasSubstr(" {key=empty}\n"));
}

TEST(JaegerProto, MalformedBytesAreRefused) {
  EXPECT_EQ(TextOf("\x0a"), "INVALID_ARGUMENT: byte 0: length cut short or too long");
  EXPECT_EQ(TextOf("\x0a\x03\x0a\x05x"), "INVALID_ARGUMENT: byte 2: length past the end");
  EXPECT_THAT(TextOf(std::string("\x0b\x0c", 2)), HasSubstr("groups"));
}

TEST(JaegerProto, MemoryIsBounded) {
  const WriteFields many_tags = [](ProtoWriter& writer) {
    WriteIds(writer);
    for (int i = 0; i < 1000; ++i) writer.BytesAlways(8, "");
  };
  auto decoded = DecodeJaegerProto(RequestOf({many_tags}), {.memory_bytes_max = 10'000});
  EXPECT_EQ(decoded.status().code(), Code::kResourceExhausted);
  decoded = DecodeJaegerProto(RequestOf(std::vector<WriteFields>(100, WriteIds)),
                              {.memory_bytes_max = 10'000});
  EXPECT_EQ(decoded.status().code(), Code::kResourceExhausted);
}

TEST(JaegerProto, ItemsAreBounded) {
  const std::string request = RequestOf(std::vector<WriteFields>(3, WriteIds));
  EXPECT_TRUE(DecodeJaegerProto(request, {.items_max = 3}).ok());
  EXPECT_EQ(DecodeJaegerProto(request, {.items_max = 2}).status().message(),
            "the request has more than 2 items; send smaller ones");
}

}  // namespace
}  // namespace spanhound::wire
