#include "store/encoding/integers.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace spanhound::store {
namespace {

size_t RoundTrip(const std::vector<uint64_t>& values) {
  std::string bytes;
  AppendIntegers(bytes, values);
  ByteReader in(bytes);
  std::vector<uint64_t> back;
  EXPECT_TRUE(ReadIntegers(in, values.size(), &back));
  EXPECT_TRUE(in.empty());
  EXPECT_EQ(back, values);
  return bytes.size();
}

TEST(IntegersTest, TakesOnlyTheBytesTheValuesNeed) {
  EXPECT_EQ(RoundTrip({}), 0u);
  EXPECT_EQ(RoundTrip(std::vector<uint64_t>(1000, 5)), 2u);  // constant
  EXPECT_EQ(RoundTrip({1000, 1001, 1255}), 1 + 2 + 3u);      // a byte each above 1000
  std::vector<uint64_t> times;
  for (uint64_t i = 0; i < 100; ++i) times.push_back(1'700'000'000'000'000'000 + i * 100);
  EXPECT_EQ(RoundTrip(times), 1 + 9 + 99u);  // a byte for each difference but the first
}

TEST(IntegersTest, KeepsExtremesAndRandomValues) {
  RoundTrip({0, UINT64_MAX, 0, UINT64_MAX});
  RoundTrip({UINT64_MAX});
  RoundTrip({UINT64_MAX, UINT64_MAX - 1});
  SeededRandom random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<uint64_t> values(random.Below(50));
    const uint64_t shift = random.Below(64);
    for (uint64_t& value : values) value = random.Next() >> shift;
    RoundTrip(values);
  }
}

TEST(IntegersTest, RefusesDamage) {
  std::string bytes;
  AppendIntegers(bytes, std::vector<uint64_t>{1, 500, 90'000});
  std::vector<uint64_t> back;
  for (size_t length = 0; length < bytes.size(); ++length) {
    ByteReader in(std::string_view(bytes).substr(0, length));
    EXPECT_FALSE(ReadIntegers(in, 3, &back)) << length;
  }
  ByteReader wide(std::string_view("\x09\x00", 2));
  EXPECT_FALSE(ReadIntegers(wide, 1, &back));
  ByteReader unknown_flag(std::string_view("\x20\x00", 2));
  EXPECT_FALSE(ReadIntegers(unknown_flag, 1, &back));
  ByteReader too_many(bytes);
  EXPECT_FALSE(ReadIntegers(too_many, SIZE_MAX / 16, &back));
}

}  // namespace
}  // namespace spanhound::store
