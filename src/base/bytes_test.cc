#include "base/bytes.h"

#include <gtest/gtest.h>

#include <limits>

namespace spanhound {
namespace {

TEST(Bytes, VarintsComeBack) {
  for (uint64_t value : {uint64_t{0}, uint64_t{127}, uint64_t{128}, uint64_t{1} << 35,
                         std::numeric_limits<uint64_t>::max()}) {
    std::string out;
    AppendVarint(out, value);
    ByteReader reader(out);
    EXPECT_EQ(reader.ReadVarint(), value);
    EXPECT_TRUE(reader.ok() && reader.empty());
  }
  for (int64_t value : {int64_t{0}, int64_t{-1}, std::numeric_limits<int64_t>::min(),
                        std::numeric_limits<int64_t>::max()}) {
    EXPECT_EQ(UnZigZag(ZigZag(value)), value);
  }
}

TEST(Bytes, EveryTruncationFails) {
  std::string out;
  AppendVarint(out, 1u << 20);
  AppendFixed<uint32_t>(out, 7);
  AppendLengthPrefixed(out, "hello");
  for (size_t cut = 0; cut < out.size(); ++cut) {
    ByteReader reader(std::string_view(out).substr(0, cut));
    reader.ReadVarint();
    reader.ReadFixed<uint32_t>();
    reader.ReadLengthPrefixed();
    EXPECT_FALSE(reader.ok()) << cut;
  }
}

TEST(Bytes, OverlongVarintAndHugeCountFail) {
  ByteReader overlong(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11));
  overlong.ReadVarint();
  EXPECT_FALSE(overlong.ok());

  std::string out;
  AppendVarint(out, uint64_t{1} << 60);
  ByteReader count(out);
  EXPECT_EQ(count.ReadCount(1), 0u);
  EXPECT_FALSE(count.ok());
}

}  // namespace
}  // namespace spanhound
