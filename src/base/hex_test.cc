#include "base/hex.h"

#include <gtest/gtest.h>

namespace spanhound {
namespace {

TEST(Hex, BothWays) {
  char bytes[3];
  ASSERT_TRUE(FromHex("00aBff", bytes, 3));
  EXPECT_EQ(ToHex({bytes, 3}), "00abff");
}

TEST(Hex, RefusesOtherLengthsAndCharacters) {
  char bytes[2];
  for (const char* bad : {"", "abc", "abcde", "zz00", "0x12", "ab c"}) {
    EXPECT_FALSE(FromHex(bad, bytes, 2)) << bad;
  }
}

}  // namespace
}  // namespace spanhound
