#include "store/encoding/planes.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace spanhound::store {
namespace {

// Some of the values, and each by itself.
void CheckSingle(const std::string& bytes, const std::vector<uint64_t>& values) {
  std::vector<uint32_t> indexes;
  std::vector<uint64_t> expected;
  for (size_t i = 0; i < values.size(); i += 1 + i % 5) {
    indexes.push_back(static_cast<uint32_t>(i));
    expected.push_back(values[i]);
  }
  ByteReader in(bytes);
  std::vector<uint64_t> some;
  EXPECT_TRUE(ReadPlanesAt(in, values.size(), indexes, &some));
  EXPECT_TRUE(in.empty());
  EXPECT_EQ(some, expected);
  ByteReader again(bytes);
  OpenPlanes planes;
  EXPECT_TRUE(planes.Open(again, values.size()));
  for (size_t i = 0; i < indexes.size(); ++i) EXPECT_EQ(planes.At(indexes[i]), expected[i]);
}

size_t RoundTrip(const std::vector<uint64_t>& values) {
  std::string bytes;
  AppendPlanes(bytes, values);
  ByteReader in(bytes);
  std::vector<uint64_t> back;
  EXPECT_TRUE(ReadPlanes(in, values.size(), &back));
  EXPECT_TRUE(in.empty());
  EXPECT_EQ(back, values);
  CheckSingle(bytes, values);
  return bytes.size();
}

TEST(PlanesTest, EveryPlaneIsPackedOrCompressedByItself) {
  EXPECT_EQ(RoundTrip({}), 0u);
  EXPECT_EQ(RoundTrip(std::vector<uint64_t>(8192, 5)), 2u);
  SeededRandom random(1);
  std::vector<uint64_t> values(8192);
  for (uint64_t& value : values) value = random.Below(1 << 10);
  EXPECT_LT(RoundTrip(values), 8192u * 10 / 8 + 8);  // ten bits each
  for (size_t i = 0; i < values.size(); ++i) values[i] = i / 1000;
  EXPECT_LT(RoundTrip(values), 100u);
}

TEST(PlanesTest, MicrosecondsInNanosecondsCostNoMore) {
  SeededRandom random(2);
  std::vector<uint64_t> micros(1000), nanos(1000);
  for (size_t i = 0; i < micros.size(); ++i) {
    micros[i] = random.Below(60'000);
    nanos[i] = micros[i] * 1000;
  }
  EXPECT_LE(RoundTrip(nanos), RoundTrip(micros) + 2);
}

TEST(PlanesTest, KeepsExtremesAndRandomValues) {
  RoundTrip({0, UINT64_MAX, 0, UINT64_MAX});
  RoundTrip({UINT64_MAX});
  RoundTrip({0, 1000, UINT64_MAX - UINT64_MAX % 1000});
  SeededRandom random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<uint64_t> values(random.Below(600));
    const uint64_t shift = random.Below(64);
    for (uint64_t& value : values) value = random.Next() >> shift;
    RoundTrip(values);
  }
}

TEST(PlanesTest, RefusesDamage) {
  std::string bytes;
  AppendPlanes(bytes, std::vector<uint64_t>{1, 500, 90'000});
  std::vector<uint64_t> back;
  for (size_t length = 0; length < bytes.size(); ++length) {
    ByteReader in(std::string_view(bytes).substr(0, length));
    EXPECT_FALSE(ReadPlanes(in, 3, &back)) << length;
  }
  ByteReader wrong_count(bytes);
  EXPECT_FALSE(ReadPlanes(wrong_count, 4, &back));
  ByteReader wide(std::string_view("\x09\x00", 2));
  EXPECT_FALSE(ReadPlanes(wide, 1, &back));
}

}  // namespace
}  // namespace spanhound::store
