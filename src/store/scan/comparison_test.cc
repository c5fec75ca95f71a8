#include "store/scan/comparison.h"

#include <gtest/gtest.h>

namespace spanhound::store {
namespace {

using model::AttributeValue;

bool Contains(const AttributeValue& value, std::string part) {
  auto comparison = Comparison::Make(Op::kContains, {std::move(part)});
  return comparison.ok() && comparison->Holds(value);
}

TEST(ComparisonTest, ContainsLooksIntoTheTextOfAnyValue) {
  EXPECT_TRUE(Contains(AttributeValue::String("card declined"), "card d"));
  EXPECT_FALSE(Contains(AttributeValue::String("card declined"), "Card"));
  EXPECT_TRUE(Contains(AttributeValue::String("a\0b"), ""));
  EXPECT_TRUE(Contains(AttributeValue::Int(1234), "23"));
  EXPECT_FALSE(Contains(AttributeValue::Int(1234), "32"));
  EXPECT_TRUE(Contains(AttributeValue::Bool(true), "true"));
  const model::Attribute inner[] = {{"order", AttributeValue::Int(7)},
                                    {"why", AttributeValue::String("declined")}};
  const AttributeValue list = AttributeValue::KeyValueList(inner);
  EXPECT_TRUE(Contains(list, R"("why":"declined")"));
  EXPECT_TRUE(Contains(list, "order"));
  EXPECT_FALSE(Contains(list, "card"));
  EXPECT_FALSE(Contains(AttributeValue(), ""));
}

TEST(ComparisonTest, ContainsNeedsText) {
  EXPECT_FALSE(Comparison::Make(Op::kContains, {int64_t{5}}).ok());
}

}  // namespace
}  // namespace spanhound::store
