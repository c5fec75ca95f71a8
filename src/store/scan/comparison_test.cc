#include "store/scan/comparison.h"

#include <gtest/gtest.h>

namespace spanhound::store {
namespace {

TEST(Comparison, RangesMeanWhatComparisonsMean) {
  constexpr Op kOps[] = {Op::kEqual,   Op::kNotEqual,     Op::kLess, Op::kLessEqual,
                         Op::kGreater, Op::kGreaterEqual, Op::kIn};
  for (Op op : kOps) {
    for (int64_t literal :
         {INT64_MIN, int64_t{-1}, int64_t{0}, int64_t{1}, int64_t{7}, INT64_MAX}) {
      const auto comparison = Comparison::Make(op, {literal});
      ASSERT_TRUE(comparison.ok());
      const std::optional<NumberRange> range = comparison->AsRange();
      EXPECT_EQ(range.has_value(), op != Op::kNotEqual);
      if (!range) continue;
      for (int64_t number : {int64_t{0}, int64_t{1}, int64_t{2}, int64_t{6}, int64_t{7}, int64_t{8},
                             INT64_MAX - 1, INT64_MAX}) {
        const auto n = static_cast<uint64_t>(number);
        EXPECT_EQ(n >= range->min && n <= range->max,
                  comparison->Holds(model::AttributeValue::Int(number)))
            << static_cast<int>(op) << " " << literal << " " << number;
      }
    }
  }
  EXPECT_FALSE(Comparison::Make(Op::kLess, {2.5})->AsRange().has_value());
  EXPECT_FALSE(Comparison::Make(Op::kIn, {int64_t{1}, int64_t{2}})->AsRange().has_value());
  EXPECT_FALSE(Comparison::Make(Op::kExists, {})->AsRange().has_value());
}

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
