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

}  // namespace
}  // namespace spanhound::store
