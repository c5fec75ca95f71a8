#include "load/latency_recorder.h"

#include <gtest/gtest.h>

namespace spanhound::load {
namespace {

TEST(LatencyRecorderTest, Percentiles) {
  LatencyRecorder recorder;
  EXPECT_EQ(recorder.PercentileMs(50), 0);
  for (int64_t ms = 100; ms >= 1; --ms) recorder.Add(ms * 1'000'000);
  EXPECT_EQ(recorder.PercentileMs(50), 50);
  EXPECT_EQ(recorder.PercentileMs(99), 99);
  EXPECT_EQ(recorder.PercentileMs(100), 100);
  EXPECT_EQ(recorder.PercentileMs(0), 1);
  LatencyRecorder other;
  other.Add(1'000'000'000);
  recorder.Merge(other);
  EXPECT_EQ(recorder.PercentileMs(100), 1000);
  EXPECT_EQ(recorder.count(), 101u);
}

}  // namespace
}  // namespace spanhound::load
