#include "store/encoding/value_filter.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace spanhound::store {
namespace {

TEST(ValueFilterTest, HoldsEveryValueAndFewOthers) {
  SeededRandom random(1);
  for (size_t count : {0, 1, 2, 10, 1000, 8192, 50'000}) {
    std::vector<uint64_t> hashes(count);
    for (uint64_t& hash : hashes) hash = random.Next();
    std::string filter;
    AppendValueFilter(filter, hashes);
    EXPECT_LT(filter.size(), 8 + 34 + count * 1.24);
    for (uint64_t hash : hashes) ASSERT_TRUE(FilterMayHold(filter, hash));
    int in_vain = 0;
    for (int i = 0; i < 20'000; ++i) in_vain += FilterMayHold(filter, random.Next()) ? 1 : 0;
    EXPECT_LT(in_vain, 20'000 / 256 * 2) << count;
  }
}

TEST(ValueFilterTest, RepeatedValuesCountOnce) {
  std::string once, often;
  AppendValueFilter(once, {1, 2, 3});
  AppendValueFilter(often, {3, 1, 2, 2, 2, 1});
  EXPECT_EQ(once, often);
}

TEST(ValueFilterTest, DamageAnswersMaybeOrAnythingButNeverCrashes) {
  std::string filter;
  AppendValueFilter(filter, {1, 2, 3});
  for (size_t length = 0; length < filter.size(); ++length) {
    EXPECT_TRUE(FilterMayHold(std::string_view(filter).substr(0, length), 7));
  }
}

}  // namespace
}  // namespace spanhound::store
