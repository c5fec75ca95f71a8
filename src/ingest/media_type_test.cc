#include "ingest/media_type.h"

#include <gtest/gtest.h>

namespace spanhound::ingest {
namespace {

TEST(MediaType, LowerCaseWithoutParameters) {
  EXPECT_EQ(MediaType("application/json"), "application/json");
  EXPECT_EQ(MediaType(" Application/JSON ; charset=UTF-8"), "application/json");
  EXPECT_EQ(MediaType("application/x-protobuf;"), "application/x-protobuf");
  EXPECT_EQ(MediaType(""), "");
  EXPECT_EQ(MediaType(" ;x"), "");
}

}  // namespace
}  // namespace spanhound::ingest
