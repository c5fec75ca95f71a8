#include "store/scan/filter.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace spanhound::store {
namespace {

TEST(FilterTest, CountsAndListsTheSetRows) {
  EXPECT_TRUE(SetRows({}).empty());
  SeededRandom random(1);
  for (int round = 0; round < 100; ++round) {
    RowMask mask(random.Below(70));
    std::vector<uint32_t> expected;
    for (uint32_t row = 0; row < mask.size(); ++row) {
      mask[row] = random.Below(4) == 0 ? 1 : 0;
      if (mask[row] != 0) expected.push_back(row);
    }
    EXPECT_EQ(CountRows(mask), expected.size());
    EXPECT_EQ(SetRows(mask), expected);
    const size_t count_max = random.Below(10);
    if (expected.size() > count_max) expected.resize(count_max);
    EXPECT_EQ(SetRows(mask, count_max), expected);
  }
}

}  // namespace
}  // namespace spanhound::store
