#include "net/held_answers.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace spanhound::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(HeldAnswersTest, GivenWhenDueInThatOrder) {
  HeldAnswers held(10);
  std::vector<int> given;
  std::promise<void> all_added, last;
  const auto started = steady_clock::now();
  held.Add(started, [&] { all_added.get_future().wait(); });  // none of the others before that
  held.Add(started + milliseconds(60), [&] {
    given.push_back(2);
    last.set_value();
  });
  held.Add(started + milliseconds(30), [&] { given.push_back(1); });
  all_added.set_value();
  last.get_future().wait();
  EXPECT_GE(steady_clock::now() - started, milliseconds(60));
  EXPECT_EQ(given, (std::vector<int>{1, 2}));
}

TEST(HeldAnswersTest, TooManyAndTheFirstIsGivenAtOnce) {
  HeldAnswers held(2);
  std::vector<int> given;
  const auto now = steady_clock::now();
  for (int i : {3, 1, 2}) held.Add(now + hours(i), [&given, i] { given.push_back(i); });
  EXPECT_EQ(given, std::vector<int>{1});
  held.Stop();
  EXPECT_EQ(given, (std::vector<int>{1, 2, 3}));
}

TEST(HeldAnswersTest, NothingIsHeldOnceStopped) {
  HeldAnswers held(10);
  held.Stop();
  bool is_given = false;
  held.Add(steady_clock::now() + hours(1), [&] { is_given = true; });
  EXPECT_TRUE(is_given);
}

}  // namespace
}  // namespace spanhound::net
