#include "dashboard2api/cron.h"

#include <gtest/gtest.h>

#include <atomic>

namespace dashboard2api {
namespace {

TEST(CronTest, RunsAtOnceAndThenEverySoOften) {
  std::atomic<int> runs = 0;
  const Cron cron("job", std::chrono::milliseconds(1), [&runs] { ++runs; });
  while (runs < 5) std::this_thread::yield();
}

TEST(CronTest, EndsWithoutWaitingForThePeriod) {
  std::atomic<int> runs = 0;
  {
    const Cron cron("job", std::chrono::hours(24), [&runs] { ++runs; });
    while (runs == 0) std::this_thread::yield();
  }
  EXPECT_EQ(runs, 1);
}

}  // namespace
}  // namespace dashboard2api
