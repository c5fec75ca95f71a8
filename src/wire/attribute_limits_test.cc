#include "wire/attribute_limits.h"

#include <gtest/gtest.h>

#include <array>

#include "wire/testing/batch_text.h"

namespace spanhound::wire {
namespace {

using model::Attribute;
using model::AttributeValue;

RequestLimits Limits(size_t attributes_max, size_t attribute_value_bytes_max) {
  RequestLimits limits;
  limits.attributes_max = attributes_max;
  limits.attribute_value_bytes_max = attribute_value_bytes_max;
  return limits;
}

// What a text is cut to at five bytes.
std::string CutAtFive(std::string_view text) {
  model::LogBatch batch;
  const Attribute attribute{"k", AttributeValue::String(text)};
  batch.records.emplace_back().attributes = {&attribute, 1};
  LimitAttributes(Limits(10, 5), &batch);
  return std::string(batch.records[0].attributes[0].value.text());
}

TEST(AttributeLimits, LeaveAloneWhatIsWithinThem) {
  const std::array<Attribute, 2> attributes = {
      {{"a", AttributeValue::String("12345")}, {"b", AttributeValue::Int(1)}}};
  model::SpanBatch batch;
  batch.spans.emplace_back().attributes = attributes;
  const AttributeLosses losses = LimitAttributes(Limits(2, 5), &batch);
  EXPECT_EQ(losses.dropped_count + losses.cut_values_count, 0u);
  EXPECT_EQ(batch.spans[0].attributes.data(), attributes.data());  // not even copied
  EXPECT_EQ(batch.spans[0].dropped_attributes_count, 0u);
}

TEST(AttributeLimits, CutTextBetweenCharacters) {
  EXPECT_EQ(CutAtFive("12345"), "12345");
  EXPECT_EQ(CutAtFive("123456"), "12345");
  EXPECT_EQ(CutAtFive("1234\u00e4"), "1234");
  EXPECT_EQ(CutAtFive("123\u00e4\u00e4"), "123\u00e4");
  EXPECT_EQ(CutAtFive("12\U0001f415"), "12");
  EXPECT_EQ(CutAtFive("\x80\x80\x80\x80\x80\x80\x80"), "\x80\x80\x80\x80\x80");
}

TEST(AttributeLimits, ReachIntoArraysAndLists) {
  const std::array<AttributeValue, 2> elements = {AttributeValue::String("too long"),
                                                  AttributeValue::Int(7)};
  const Attribute nested{"n", AttributeValue::Array(elements)};
  const std::array<Attribute, 2> attributes = {
      {{"list", AttributeValue::KeyValueList({&nested, 1})},
       {"bytes", AttributeValue::Bytes(std::string_view("\0\1\2\3\4\5", 6))}}};
  model::LogBatch batch;
  batch.records.emplace_back().attributes = attributes;
  EXPECT_EQ(LimitAttributes(Limits(9, 3), &batch).cut_values_count, 2u);
  EXPECT_EQ(AttributesText(batch.records[0].attributes), "{list={n=['too', 7]}, bytes=x'000102'}");
}

TEST(AttributeLimits, HoldForEverythingThatHasAttributes) {
  const std::array<Attribute, 3> three = {{{"a", AttributeValue::Int(1)},
                                           {"b", AttributeValue::String("text")},
                                           {"c", AttributeValue::Int(3)}}};
  std::array<model::SpanEvent, 2> events;
  std::array<model::SpanLink, 1> links;
  events[1].attributes = three;
  links[0].attributes = three;
  links[0].dropped_attributes_count = 5;
  model::SpanBatch batch;
  batch.resources.emplace_back().attributes = three;
  batch.scopes.emplace_back().attributes = three;
  model::Span& span = batch.spans.emplace_back();
  span.attributes = three;
  span.events = events;
  span.links = links;
  const AttributeLosses losses = LimitAttributes(Limits(2, 2), &batch);
  EXPECT_EQ(losses.dropped_count, 5u);
  EXPECT_EQ(losses.cut_values_count, 5u);
  const auto expect_cut = [](const auto& owner, uint32_t dropped) {
    EXPECT_EQ(AttributesText(owner.attributes), "{a=1, b='te'}");
    EXPECT_EQ(owner.dropped_attributes_count, dropped);
  };
  expect_cut(batch.resources[0], 1);
  expect_cut(batch.scopes[0], 1);
  expect_cut(batch.spans[0], 1);
  expect_cut(batch.spans[0].events[1], 1);
  expect_cut(batch.spans[0].links[0], 6);
  EXPECT_TRUE(batch.spans[0].events[0].attributes.empty());
}

}  // namespace
}  // namespace spanhound::wire
