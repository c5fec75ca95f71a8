#include "wire/json_surrogates.h"

#include <gtest/gtest.h>

namespace spanhound::wire {
namespace {

std::string Replaced(std::string json) {
  EXPECT_TRUE(ReplaceLoneSurrogates(json)) << json;
  return json;
}

TEST(JsonSurrogates, PairsAndAllElseStay) {
  for (const char* text : {"", "{}", R"("\ud83d\ude00")", R"("\uD83D\uDE00\ud83d\ude00")",
                           R"("\\ud83d")", R"("\ud7ff\ue000")", R"("\n\"\u0000")", R"("\u12)",
                           R"("\)", R"("\ud83)", R"("\u-d83")", R"("\u d83")"}) {
    std::string json = text;
    EXPECT_FALSE(ReplaceLoneSurrogates(json)) << text;
    EXPECT_EQ(json, text);
  }
}

TEST(JsonSurrogates, HalvesBecomeTheReplacementCharacter) {
  EXPECT_EQ(Replaced(R"("\ud83d")"), R"("\ufffd")");
  EXPECT_EQ(Replaced(R"("\uDE00x")"), R"("\ufffdx")");
  EXPECT_EQ(Replaced(R"("\ude00\ud83d")"), R"("\ufffd\ufffd")");
  EXPECT_EQ(Replaced(R"("\ud83d\ud83d\ude00")"), R"("\ufffd\ud83d\ude00")");
  EXPECT_EQ(Replaced(R"("\\\ud83d\n")"), R"("\\\ufffd\n")");
  EXPECT_EQ(Replaced(R"("\ud83d\u0041")"), R"("\ufffd\u0041")");
  EXPECT_EQ(Replaced(R"("\ud83d)"), R"("\ufffd)");
}

}  // namespace
}  // namespace spanhound::wire
