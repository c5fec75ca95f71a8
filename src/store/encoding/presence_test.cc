#include "store/encoding/presence.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"

namespace spanhound::store {
namespace {

size_t RoundTrip(const std::vector<uint32_t>& rows, size_t row_count) {
  std::string bytes;
  AppendPresence(bytes, rows, row_count);
  std::vector<uint32_t> read;
  EXPECT_TRUE(ReadPresence(bytes, row_count, rows.size(), row_count, &read));
  EXPECT_EQ(read, rows);
  for (size_t row_end : {size_t{0}, size_t{1}, row_count / 3, row_count - 1}) {
    EXPECT_TRUE(ReadPresence(bytes, row_count, rows.size(), row_end, &read));
    const auto end = std::ranges::lower_bound(rows, row_end);
    EXPECT_EQ(read, std::vector<uint32_t>(rows.begin(), end)) << row_end;
  }
  return bytes.size();
}

std::vector<uint32_t> EveryNth(Random& random, size_t row_count, uint64_t n) {
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < row_count; ++row) {
    if (random.Below(n) == 0) rows.push_back(row);
  }
  return rows;
}

TEST(PresenceTest, CostsLittleMoreThanItsInformation) {
  SeededRandom random(1);
  std::vector<uint32_t> all(8192);
  for (uint32_t row = 0; row < all.size(); ++row) all[row] = row;
  EXPECT_EQ(RoundTrip(all, all.size()), 1u);
  EXPECT_LE(RoundTrip({}, 8192), 2u);
  // Entropy of one in nine: 0.503 bits a row.
  EXPECT_LT(RoundTrip(EveryNth(random, 8192, 9), 8192), 8192 * 0.56 / 8);
  EXPECT_LE(RoundTrip(EveryNth(random, 8192, 2), 8192), 1025u);
}

TEST(PresenceTest, AnySetOfRowsComesBack) {
  SeededRandom random(2);
  RoundTrip({65535}, 65536);
  RoundTrip({0, 65535}, 65536);
  RoundTrip({0}, 1);
  for (int round = 0; round < 300; ++round) {
    const size_t row_count = 1 + random.Below(3000);
    RoundTrip(EveryNth(random, row_count, 1 + random.Below(400)), row_count);
  }
}

TEST(PresenceTest, RefusesDamage) {
  SeededRandom random(3);
  for (uint64_t n : {2, 9, 300}) {
    const std::vector<uint32_t> rows = EveryNth(random, 2000, n);
    std::string bytes;
    AppendPresence(bytes, rows, 2000);
    std::vector<uint32_t> back;
    for (size_t length = 0; length < bytes.size(); ++length) {
      const auto cut = std::string_view(bytes).substr(0, length);
      EXPECT_FALSE(ReadPresence(cut, 2000, rows.size(), 2000, &back)) << length;
    }
    for (int round = 0; round < 2000; ++round) {  // no crash, and never another count
      std::string damaged = bytes;
      damaged[random.Below(damaged.size())] = static_cast<char>(random.Next());
      if (ReadPresence(damaged, 2000, rows.size(), 2000, &back)) {
        EXPECT_EQ(back.size(), rows.size());
      }
      if (ReadPresence(damaged, 2000, rows.size(), 1000, &back)) {
        EXPECT_LE(back.size(), rows.size());
      }
    }
  }
}

}  // namespace
}  // namespace spanhound::store
