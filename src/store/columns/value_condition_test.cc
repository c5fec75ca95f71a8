#include "store/columns/value_condition.h"

#include <gtest/gtest.h>

namespace spanhound::store {
namespace {

using model::AttributeValue;

TEST(ValueConditionTest, AsksAboutAnEntryOnceASource) {
  int asked = 0;
  const ValueCondition test([&asked](const AttributeValue& value) {
    ++asked;
    return value == AttributeValue::Int(1);
  });
  const auto source = std::make_shared<const int>(0);
  for (int group = 0; group < 3; ++group) {
    const auto entries = test.EntriesOf(source, 7, 2);
    EXPECT_FALSE(entries->Test(0, AttributeValue::Int(0), test));
    EXPECT_TRUE(entries->Test(1, AttributeValue::Int(1), test));
  }
  EXPECT_EQ(asked, 2);
  EXPECT_TRUE(test.EntriesOf(source, 8, 2)->Test(0, AttributeValue::Int(1), test));
  EXPECT_FALSE(
      test.EntriesOf(std::make_shared<const int>(0), 7, 2)->Test(1, AttributeValue::Int(2), test));
}

TEST(ValueConditionTest, AllEntriesAreAskedAboutOnce) {
  int asked = 0;
  const ValueCondition test([&asked](const AttributeValue& value) {
    ++asked;
    return value == AttributeValue::Int(1);
  });
  const std::vector<AttributeValue> values = {AttributeValue::Int(0), AttributeValue::Int(1)};
  const auto entries = test.EntriesOf(std::make_shared<const int>(0), 7, values.size());
  entries->TestAll(values, test);
  entries->TestAll(values, test);
  EXPECT_EQ(asked, 2);
  EXPECT_FALSE(entries->Test(0, values[0], test));
  EXPECT_TRUE(entries->Test(1, values[1], test));
  EXPECT_EQ(asked, 2);
}

TEST(ValueConditionTest, KeepsTheSourceOfWhatItKeepsAndNoMoreThanItsBound) {
  const ValueCondition test([](const AttributeValue&) { return true; }, 10);
  auto kept = std::make_shared<const int>(0);
  auto passed_over = std::make_shared<const int>(0);
  const auto entries = test.EntriesOf(kept, 0, 8);
  EXPECT_TRUE(test.EntriesOf(passed_over, 0, 3)->Test(2, AttributeValue::Int(1), test));
  EXPECT_EQ(kept.use_count(), 2);
  EXPECT_GE(test.memory_bytes(), 8u);
  EXPECT_LT(test.memory_bytes(), 100u);
  EXPECT_EQ(passed_over.use_count(), 1);
  EXPECT_EQ(test.EntriesOf(kept, 0, 8), entries);
  EXPECT_NE(test.EntriesOf(passed_over, 0, 3), test.EntriesOf(passed_over, 0, 3));
}

}  // namespace
}  // namespace spanhound::store
