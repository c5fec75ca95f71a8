#include "error_reporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace spanhound::sdk {
namespace {

using ::testing::ElementsAre;

class ErrorReporterTest : public ::testing::Test {
 protected:
  ErrorReporter::Clock::time_point now_{};
  std::vector<std::string> lines_;
  ErrorReporter reporter_{
      ErrorReporter::Seams{.now = [this] { return now_; },
                           .write = [this](const std::string& line) { lines_.push_back(line); }}};
};

TEST_F(ErrorReporterTest, SaysOneLineInTenSeconds) {
  for (int i = 0; i < 100'000; ++i) reporter_.Report("dropped");
  EXPECT_THAT(lines_, ElementsAre("spanhound: dropped\n"));
  now_ += std::chrono::milliseconds(9999);
  reporter_.Report("dropped");
  EXPECT_EQ(lines_.size(), 1u);
  now_ += std::chrono::milliseconds(1);
  reporter_.Report("again");
  EXPECT_EQ(lines_.back(), "spanhound: again (100000 earlier messages left out)\n");
  now_ += ErrorReporter::kInterval;
  reporter_.Report("later");
  EXPECT_EQ(lines_.back(), "spanhound: later\n");
}

TEST_F(ErrorReporterTest, WhatIsSaidOnceIsNotCounted) {
  reporter_.ReportOnce("a");
  reporter_.ReportOnce("b");
  reporter_.Report("c");
  EXPECT_EQ(lines_.size(), 3u);
}

}  // namespace
}  // namespace spanhound::sdk
