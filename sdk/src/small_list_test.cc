#include "small_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spanhound::sdk {
namespace {

using ::testing::ElementsAre;

SmallList<int, 3> ListOf(int count) {
  SmallList<int, 3> list;
  for (int i = 0; i < count; ++i) list.push_back(i);
  return list;
}

std::vector<int> All(SmallList<int, 3>& list) { return {list.begin(), list.end()}; }

TEST(SmallListTest, KeepsOrderBeyondItsFirstElements) {
  for (const int count : {0, 1, 3, 4, 9}) {
    SmallList<int, 3> list = ListOf(count);
    ASSERT_EQ(list.size(), static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) EXPECT_EQ(list[static_cast<std::size_t>(i)], i);
  }
}

TEST(SmallListTest, ErasesAcrossTheBorder) {
  SmallList<int, 3> list = ListOf(5);
  list.erase(1);
  EXPECT_THAT(All(list), ElementsAre(0, 2, 3, 4));
  list.erase(3);
  EXPECT_THAT(All(list), ElementsAre(0, 2, 3));
  list.push_back(7);
  EXPECT_THAT(All(list), ElementsAre(0, 2, 3, 7));
  list.erase(0);
  list.erase(0);
  EXPECT_THAT(All(list), ElementsAre(3, 7));
  list.push_back(8);
  EXPECT_THAT(All(list), ElementsAre(3, 7, 8));
}

}  // namespace
}  // namespace spanhound::sdk
