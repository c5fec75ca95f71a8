#include "base/base64.h"

#include <gtest/gtest.h>

namespace spanhound {
namespace {

TEST(Base64, BothWays) {
  for (std::string text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    std::string back;
    ASSERT_TRUE(FromBase64(ToBase64(text), &back));
    EXPECT_EQ(back, text);
  }
  EXPECT_EQ(ToBase64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(ToBase64("fo"), "Zm8=");
}

TEST(Base64, ReadsUrlAlphabetAndMissingPadding) {
  std::string bytes;
  ASSERT_TRUE(FromBase64("-_8", &bytes));
  EXPECT_EQ(bytes, "\xfb\xff");
  EXPECT_FALSE(FromBase64("a", &bytes));
  EXPECT_FALSE(FromBase64("ab!=", &bytes));
}

}  // namespace
}  // namespace spanhound
