#include "net/http/percent_encoding.h"

#include <gtest/gtest.h>

namespace spanhound::net {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

TEST(PercentEncodingTest, EveryByteSurvives) {
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  std::string decoded;
  ASSERT_TRUE(PercentDecode(PercentEncode(all), &decoded));
  EXPECT_EQ(decoded, all);
  EXPECT_EQ(PercentEncode("a b/ü~"), "a%20b%2F%C3%BC~");
}

TEST(PercentEncodingTest, BrokenEscapesAreRefused) {
  std::string decoded;
  for (const char* text : {"%", "a%2", "%zz", "%%41", "x%4"}) {
    EXPECT_FALSE(PercentDecode(text, &decoded)) << text;
  }
  ASSERT_TRUE(PercentDecode("a+b%2b", &decoded));
  EXPECT_EQ(decoded, "a+b+");
}

TEST(PercentEncodingTest, Query) {
  EXPECT_EQ(ParseQuery(""), Fields());
  EXPECT_EQ(ParseQuery("a=1&b=x+y%26z&a=2"), (Fields{{"a", "1"}, {"b", "x y&z"}, {"a", "2"}}));
  EXPECT_EQ(ParseQuery("&&flag&=v&k=&q={a%3D1}=2"),
            (Fields{{"flag", ""}, {"", "v"}, {"k", ""}, {"q", "{a=1}=2"}}));
  EXPECT_EQ(ParseQuery("p=100%+sure"), (Fields{{"p", "100% sure"}}));
}

}  // namespace
}  // namespace spanhound::net
