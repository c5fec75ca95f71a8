#include "cli/time_bar.h"

#include <gtest/gtest.h>

namespace spanhound::cli {
namespace {

constexpr TimeAxis kAxis{1000, 800, 10};  // 80 microseconds a column

TEST(TimeBar, DrawsEighthsOfColumns) {
  EXPECT_EQ(TimeBar(kAxis, 1000, 800, {}), "██████████");
  EXPECT_EQ(TimeBar(kAxis, 1000, 400, {}), "█████     ");
  EXPECT_EQ(TimeBar(kAxis, 1000, 410, {}), "█████▏    ");
  EXPECT_EQ(TimeBar(kAxis, 1000, 450, {}), "█████▋    ");
  EXPECT_EQ(TimeBar(kAxis, 1400, 400, {}), "     █████");
  EXPECT_EQ(TimeBar(kAxis, 1440, 360, {}), "     ▐████");
}

TEST(TimeBar, ShortSpansStayVisible) {
  EXPECT_EQ(TimeBar(kAxis, 1000, 0, {}), "▏         ");
  EXPECT_EQ(TimeBar(kAxis, 1800, 0, {}), "         ▕");
  EXPECT_EQ(TimeBar({0, 0, 4}, 0, 0, {}), "▏   ");
  EXPECT_EQ(TimeBar({0, 100, 0}, 0, 50, {}), "");
}

TEST(TimeBar, WaitingIsThin) {
  EXPECT_EQ(TimeBar(kAxis, 1000, 800, {{1160, 1640}}), "██──────██");
  EXPECT_EQ(TimeBar(kAxis, 1000, 800, {{1080, 1160}, {1400, 1480}}), "█─███─████");
  // A child that outlives its parent does not lengthen it.
  EXPECT_EQ(TimeBar(kAxis, 1000, 400, {{1240, 1800}}), "███──     ");
}

TEST(TimeBar, SpansOutsideTheAxisAreClamped) {
  EXPECT_EQ(TimeBar(kAxis, 0, 100, {}), "▏         ");
  EXPECT_EQ(TimeBar(kAxis, 1720, 1'000'000'000'000, {}), "         █");
}

}  // namespace
}  // namespace spanhound::cli
