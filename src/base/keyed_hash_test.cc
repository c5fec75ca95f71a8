#include "base/keyed_hash.h"

#include <gtest/gtest.h>

#include "base/checksum.h"

namespace spanhound {
namespace {

TEST(KeyedHashTest, IsNoKnownFunctionOfTheText) {
  EXPECT_EQ(KeyedHash64("text"), KeyedHash64("text"));
  EXPECT_NE(KeyedHash64("text"), KeyedHash64("texs"));
  EXPECT_NE(KeyedHash64("text"), Checksum64("text"));  // which has no key
}

TEST(KeyedHashTest, TheKeyIsDrawn) { EXPECT_NE(kHashKey, 0u); }

}  // namespace
}  // namespace spanhound
