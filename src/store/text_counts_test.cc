#include "store/text_counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace spanhound::store {
namespace {

using model::ValueType;
using testing::UnorderedElementsAre;

std::vector<std::string> Lines(const TextCounts& counts) {
  std::vector<std::string> lines;
  counts.ForEach([&lines](ValueType type, const std::string& text, uint64_t count) {
    lines.push_back(std::to_string(static_cast<int>(type)) + " " + text + " " +
                    std::to_string(count));
  });
  return lines;
}

TEST(TextCountsTest, CountsByTypeAndText) {
  TextCounts counts;
  ListingBudget budget;
  counts.Add(ValueType::kString, "5", 2, budget);
  counts.Add(ValueType::kInt, "5", 1, budget);
  counts.Add(ValueType::kString, "5", 3, budget);
  counts.Add(ValueType::kKeyValueList, "", 1, budget);
  EXPECT_THAT(Lines(counts), UnorderedElementsAre("1 5 5", "3 5 1", "7  1"));
  EXPECT_TRUE(budget.is_complete);
}

TEST(TextCountsTest, KnownTextsAreCountedPastTheBudget) {
  TextCounts counts;
  ListingBudget budget{.bytes_left = 2 * (kListingEntryBytes + 1)};
  for (const char* text : {"a", "b", "c", "a", "c", "b"}) {
    counts.Add(ValueType::kString, text, 1, budget);
  }
  EXPECT_THAT(Lines(counts), UnorderedElementsAre("1 a 2", "1 b 2"));
  EXPECT_FALSE(budget.is_complete);
}

TEST(TextCountsTest, LongTextsAreLeftOutAndSaid) {
  TextCounts counts;
  ListingBudget budget;
  counts.Add(ValueType::kString, std::string(kListingTextBytesMax, 'x'), 1, budget);
  EXPECT_TRUE(budget.is_complete);
  counts.Add(ValueType::kString, std::string(kListingTextBytesMax + 1, 'x'), 1, budget);
  EXPECT_FALSE(budget.is_complete);
  EXPECT_EQ(Lines(counts).size(), 1u);
}

}  // namespace
}  // namespace spanhound::store
