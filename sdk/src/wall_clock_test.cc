#include "wall_clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

namespace spanhound::sdk {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

std::int64_t RealNow() {
  return nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::int64_t set_by_hand = 0;

TEST(WallClockTest, TellsTheTimeOfDay) {
  WallClock clock(RealNow);
  const std::int64_t before = RealNow();
  const std::int64_t told = clock.At(WallClock::SteadyClock::now());
  EXPECT_NEAR(static_cast<double>(told - before), 0, 1e9);
}

TEST(WallClockTest, MomentsAreAsFarApartAsTheSteadyClockSays) {
  WallClock clock(RealNow);
  const auto moment = WallClock::SteadyClock::now();
  const std::int64_t told = clock.At(moment);
  EXPECT_EQ(clock.At(moment + nanoseconds(1)), told + 1);
  EXPECT_EQ(clock.At(moment - milliseconds(5)), told - 5'000'000);
}

TEST(WallClockTest, AClockThatWasSetIsNoticedInTime) {
  set_by_hand = 1'000'000'000;
  WallClock clock([] { return set_by_hand; });
  const auto moment = WallClock::SteadyClock::now();
  const std::int64_t told = clock.At(moment);
  set_by_hand = 5'000'000'000;
  EXPECT_EQ(clock.At(moment + milliseconds(50)), told + 50'000'000);
  EXPECT_GE(clock.At(moment + std::chrono::seconds(2)), 5'000'000'000);
}

}  // namespace
}  // namespace spanhound::sdk
