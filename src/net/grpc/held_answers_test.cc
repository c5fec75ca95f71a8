#include "net/grpc/held_answers.h"

#include <gtest/gtest.h>

#include <vector>

namespace spanhound::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// A time at which what is held together begins.
HeldAnswers::Time Noon() { return HeldAnswers::Time(hours(12)); }

TEST(HeldAnswersTest, GivenWhenDueInThatOrder) {
  HeldAnswers held(10);
  std::vector<int> given;
  for (int i : {2, 1, 3}) held.Add(Noon() + hours(i), [&given, i] { given.push_back(i); });
  EXPECT_EQ(held.wake_time(), Noon() + hours(1));
  held.GiveDue(Noon() + hours(1) - milliseconds(1));
  EXPECT_TRUE(given.empty());
  held.GiveDue(Noon() + hours(2));
  EXPECT_EQ(given, (std::vector<int>{1, 2}));
  held.GiveDue(Noon() + hours(3));
  EXPECT_EQ(given, (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(held.wake_time(), HeldAnswers::Time::max());
}

TEST(HeldAnswersTest, NeighboursAreGivenTogetherAndNoneTooSoon) {
  HeldAnswers held(10);
  int given = 0;
  for (int i : {1, 4, 10}) held.Add(Noon() + milliseconds(i), [&given] { ++given; });
  held.Add(Noon() + milliseconds(11), [&given] { ++given; });
  EXPECT_EQ(held.wake_time(), Noon() + HeldAnswers::kTogether);
  held.GiveDue(Noon() + HeldAnswers::kTogether);
  EXPECT_EQ(given, 3);
  EXPECT_EQ(held.wake_time(), Noon() + 2 * HeldAnswers::kTogether);
}

TEST(HeldAnswersTest, TooManyAndTheFirstIsGivenAtOnce) {
  HeldAnswers held(2);
  std::vector<int> given;
  for (int i : {3, 1, 2}) held.Add(Noon() + hours(i), [&given, i] { given.push_back(i); });
  EXPECT_EQ(given, std::vector<int>{1});
  held.GiveAll();
  EXPECT_EQ(given, (std::vector<int>{1, 2, 3}));
}

TEST(HeldAnswersTest, NothingIsHeldAfterAllWereGiven) {
  HeldAnswers held(10);
  held.GiveAll();
  bool is_given = false;
  held.Add(Noon(), [&] { is_given = true; });
  EXPECT_TRUE(is_given);
}

}  // namespace
}  // namespace spanhound::net
