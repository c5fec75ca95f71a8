#include "cli/time_text.h"

#include <gtest/gtest.h>

namespace spanhound::cli {
namespace {

TEST(TimeText, DurationsHaveThreeDigits) {
  EXPECT_EQ(DurationText(0), "0 µs");
  EXPECT_EQ(DurationText(999), "999 µs");
  EXPECT_EQ(DurationText(1000), "1.00 ms");
  EXPECT_EQ(DurationText(1284), "1.28 ms");
  EXPECT_EQ(DurationText(9'996), "10.0 ms");
  EXPECT_EQ(DurationText(96'123), "96.1 ms");
  EXPECT_EQ(DurationText(99'960), "100 ms");
  EXPECT_EQ(DurationText(128'400), "128 ms");
  EXPECT_EQ(DurationText(999'499), "999 ms");
  EXPECT_EQ(DurationText(999'500), "1.00 s");
  EXPECT_EQ(DurationText(2'050'000), "2.05 s");
  EXPECT_EQ(DurationText(200'000'000), "3 m 20 s");
  EXPECT_EQ(DurationText(3'900'000'000), "1 h 5 m");
}

TEST(TimeText, ClockAndDate) {
  constexpr int64_t kMicros = 1'795'413'662'123'456;
  EXPECT_EQ(ClockText(kMicros, TimeZone::kUtc), "06:01:02.123");
  EXPECT_EQ(DateText(kMicros, TimeZone::kUtc), "2026-11-23 06:01:02.123");
}

TEST(TimeText, Lookbacks) {
  int64_t micros = 0;
  ASSERT_TRUE(ParseLookback("90s", &micros));
  EXPECT_EQ(micros, 90'000'000);
  ASSERT_TRUE(ParseLookback("15m", &micros));
  EXPECT_EQ(micros, 900'000'000);
  ASSERT_TRUE(ParseLookback("1h", &micros));
  EXPECT_EQ(micros, 3'600'000'000);
  ASSERT_TRUE(ParseLookback("7d", &micros));
  EXPECT_EQ(micros, 604'800'000'000);
  for (const char* text : {"", "1", "h", "1.5h", "-1h", "1w", "1h30m", "99999999999d", "101000d"}) {
    EXPECT_FALSE(ParseLookback(text, &micros)) << text;
  }
}

}  // namespace
}  // namespace spanhound::cli
