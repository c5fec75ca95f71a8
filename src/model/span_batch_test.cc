#include "model/span_batch.h"

#include <gtest/gtest.h>

#include "model/semantic_names.h"

namespace spanhound::model {
namespace {

TEST(SpanKind, NamesGoBothWays) {
  for (int i = 0; i <= 5; ++i) {
    SpanKind kind = static_cast<SpanKind>(i);
    SpanKind parsed;
    ASSERT_TRUE(ParseSpanKind(SpanKindName(kind), &parsed));
    EXPECT_EQ(parsed, kind);
  }
  SpanKind parsed;
  EXPECT_FALSE(ParseSpanKind("Server", &parsed));
  EXPECT_EQ(SpanKindName(static_cast<SpanKind>(99)), "");
}

TEST(Span, DurationOfASpanThatEndsBeforeItStartsIsZero) {
  Span span;
  span.start_unix_nanos = 10;
  span.end_unix_nanos = 4;
  EXPECT_EQ(span.duration_nanos(), 0u);
  span.end_unix_nanos = 14;
  EXPECT_EQ(span.duration_nanos(), 4u);
}

TEST(Resource, ServiceNameFallsBackWhenAbsentEmptyOrNoString) {
  Resource resource;
  EXPECT_EQ(resource.service_name(), kUnknownService);
  const Attribute number[] = {{kServiceName, AttributeValue::Int(1)}};
  resource.attributes = number;
  EXPECT_EQ(resource.service_name(), kUnknownService);
  const Attribute named[] = {{kServiceName, AttributeValue::String("shop")}};
  resource.attributes = named;
  EXPECT_EQ(resource.service_name(), "shop");
}

TEST(SpanBatch, MovingKeepsEveryViewValid) {
  SpanBatch batch;
  batch.spans.emplace_back().name = batch.memory.Adopt("x");
  SpanBatch moved = std::move(batch);
  EXPECT_EQ(moved.spans[0].name, "x");
}

TEST(SpanBatch, AppendKeepsSpansWithTheirOwners) {
  const auto of_service = [](std::string service, std::string name) {
    SpanBatch batch;
    const std::string_view text = batch.memory.Adopt(std::move(service));
    const std::span<Attribute> attributes = batch.memory.arena().AllocateArray<Attribute>(1);
    attributes[0] = {kServiceName, AttributeValue::String(text)};
    batch.resources.emplace_back().attributes = attributes;
    batch.scopes.emplace_back().name = text;
    batch.spans.emplace_back().name = batch.memory.Adopt(std::move(name));
    return batch;
  };
  SpanBatch all;
  all.Append(of_service("one", "a"));
  all.Append(of_service("two", "b"));
  ASSERT_EQ(all.spans.size(), 2u);
  EXPECT_EQ(all.spans[0].name, "a");
  EXPECT_EQ(all.resource_of(all.spans[0]).service_name(), "one");
  EXPECT_EQ(all.spans[1].name, "b");
  EXPECT_EQ(all.resource_of(all.spans[1]).service_name(), "two");
  EXPECT_EQ(all.scope_of(all.spans[1]).name, "two");
}

TEST(Ids, ReadHexAndBytesOfTheRightLengthOnly) {
  TraceId id;
  EXPECT_TRUE(id.is_zero());
  EXPECT_FALSE(id.SetHex("abc"));
  EXPECT_FALSE(id.SetBytes("12345678"));
  ASSERT_TRUE(id.SetHex("000102030405060708090a0b0c0d0e0f"));
  EXPECT_EQ(id.ToHex(), "000102030405060708090a0b0c0d0e0f");
}

}  // namespace
}  // namespace spanhound::model
