#include "api/jaeger/go_duration.h"

#include <gtest/gtest.h>

#include <string>

namespace spanhound::api {
namespace {

TEST(GoDuration, ReadsWhatGoWrites) {
  const auto nanos = [](std::string_view text) {
    uint64_t out = 0;
    EXPECT_TRUE(ParseGoDuration(text, &out)) << text;
    return out;
  };
  EXPECT_EQ(nanos("0"), 0u);
  EXPECT_EQ(nanos("0s"), 0u);
  EXPECT_EQ(nanos("17ns"), 17u);
  EXPECT_EQ(nanos("250us"), 250'000u);
  EXPECT_EQ(nanos("250\u00b5s"), 250'000u);
  EXPECT_EQ(nanos("250\u03bcs"), 250'000u);
  EXPECT_EQ(nanos("100ms"), 100'000'000u);
  EXPECT_EQ(nanos("1.2s"), 1'200'000'000u);
  EXPECT_EQ(nanos(".5s"), 500'000'000u);
  EXPECT_EQ(nanos("1.s"), 1'000'000'000u);
  EXPECT_EQ(nanos("+1m"), 60'000'000'000u);
  EXPECT_EQ(nanos("1h15m30.918273645s"), 4'530'918'273'645u);
  EXPECT_EQ(nanos("1.5h"), 5'400'000'000'000u);
  EXPECT_EQ(nanos("9223372036s"), 9'223'372'036'000'000'000u);
}

TEST(GoDuration, RefusesTheRest) {
  uint64_t out = 0;
  for (const char* text : {"", "5", "s", "-1s", "1 s", "1.5", ".s", "1x", "1s ", "1d", "ms1",
                           "1..2s", "9223372037s", "99999999999999999999h", "1s9223372036s\xff"}) {
    EXPECT_FALSE(ParseGoDuration(text, &out)) << text;
  }
  EXPECT_FALSE(ParseGoDuration(std::string(100'000, '9') + "s", &out));
}

}  // namespace
}  // namespace spanhound::api
