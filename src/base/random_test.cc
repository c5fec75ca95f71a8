#include "base/random.h"

#include <gtest/gtest.h>

namespace spanhound {
namespace {

TEST(SeededRandom, SameSeedSameNumbersInRange) {
  SeededRandom a(7), b(7), c(8);
  EXPECT_EQ(a.Next(), b.Next());
  EXPECT_NE(a.Next(), c.Next());
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LT(a.Below(10), 10u);
    EXPECT_LT(a.Unit(), 1.0);
  }
}

}  // namespace
}  // namespace spanhound
