#include "base/status.h"

#include <gtest/gtest.h>

#include <memory>

namespace spanhound {
namespace {

Result<std::unique_ptr<int>> Half(int value) {
  if (value % 2 != 0) return InvalidArgument("odd: " + std::to_string(value));
  return std::make_unique<int>(value / 2);
}

Status Quarter(int value, int* out) {
  ASSIGN_OR_RETURN(auto half, Half(value));
  ASSIGN_OR_RETURN(auto quarter, Half(*half));
  *out = *quarter;
  return Status::Ok();
}

TEST(Status, PropagatesTheFirstError) {
  int out = 0;
  EXPECT_TRUE(Quarter(8, &out).ok());
  EXPECT_EQ(out, 2);
  EXPECT_EQ(Quarter(6, &out).ToString(), "INVALID_ARGUMENT: odd: 3");
  EXPECT_EQ(Quarter(6, &out).WithContext("span 2").message(), "span 2: odd: 3");
}

TEST(Status, MapsCodesToHttp) {
  EXPECT_EQ(HttpStatusFromCode(Code::kInvalidArgument), 400);
  EXPECT_EQ(HttpStatusFromCode(Code::kResourceExhausted), 429);
  EXPECT_EQ(HttpStatusFromCode(Code::kUnavailable), 503);
}

}  // namespace
}  // namespace spanhound
