#include "net/sha512.h"

#include <gtest/gtest.h>

namespace spanhound::net {
namespace {

TEST(Sha512, TheExampleOfTheStandard) {
  EXPECT_EQ(Sha512Hex("abc"),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Sha512, SameText) {
  EXPECT_TRUE(IsSameText("", ""));
  EXPECT_TRUE(IsSameText("abc", "abc"));
  EXPECT_FALSE(IsSameText("abc", "abd"));
  EXPECT_FALSE(IsSameText("abc", "ab"));
}

}  // namespace
}  // namespace spanhound::net
