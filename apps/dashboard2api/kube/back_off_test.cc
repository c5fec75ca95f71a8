#include "dashboard2api/kube/back_off.h"

#include <gtest/gtest.h>

#include <set>

namespace dashboard2api::kube {
namespace {

using Ms = std::chrono::milliseconds;

TEST(BackOffTest, DoublesToTheLongestWithJitter) {
  std::set<std::int64_t> seen;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    BackOff back_off(Ms(800), Ms(5000), seed);
    for (const std::int64_t whole : {800, 1600, 3200, 5000, 5000, 5000}) {
      const Ms wait = back_off.Next();
      EXPECT_GE(wait, Ms(whole / 2));
      EXPECT_LE(wait, Ms(whole));
      seen.insert(wait.count());
    }
    back_off.Reset();
    EXPECT_LE(back_off.Next(), Ms(800));
  }
  EXPECT_GT(seen.size(), 100u);
}

TEST(BackOffTest, WaitsAsLongAsTheServerAsks) {
  BackOff back_off(Ms(100), Ms(1000), 1);
  EXPECT_EQ(back_off.Next(Ms(7000)), Ms(7000));
  EXPECT_EQ(back_off.Next(std::chrono::hours(24)), Ms(60000));
}

}  // namespace
}  // namespace dashboard2api::kube
