#include "service/cost_text.h"

#include <gtest/gtest.h>

namespace service {
namespace {

TEST(CostTextTest, LargestUnitWithAWholePart) {
  using std::chrono::nanoseconds;
  EXPECT_EQ(CostText(nanoseconds(11'317'154)), "11.317154ms");
  EXPECT_EQ(CostText(nanoseconds(1'500'000'000)), "1.5s");
  EXPECT_EQ(CostText(nanoseconds(2'500)), "2.5µs");
  EXPECT_EQ(CostText(nanoseconds(999)), "999ns");
  EXPECT_EQ(CostText(nanoseconds(0)), "0ns");
}

}  // namespace
}  // namespace service
