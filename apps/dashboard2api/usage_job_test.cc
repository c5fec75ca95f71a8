#include "dashboard2api/usage_job.h"

#include <gtest/gtest.h>

namespace dashboard2api {
namespace {

// Nobody listens on the port of discarded bytes; a run that were not stopped would fail there.
kube::ApiAccess Nobody() { return {.url = "http://127.0.0.1:9"}; }

TEST(UsageJobTest, AFailureIsToldToTheReaders) {
  UsageBoard board;
  UsageJob job(Nobody(), nullptr, board);
  job.Run();
  EXPECT_NE(board.WhyNotMeasured(), "");
}

TEST(UsageJobTest, ARunThatIsStoppedIsNoFailure) {
  UsageBoard board;
  UsageJob job(Nobody(), nullptr, board);
  job.Stop();
  job.Run();
  EXPECT_EQ(board.WhyNotMeasured(), "");
}

}  // namespace
}  // namespace dashboard2api
