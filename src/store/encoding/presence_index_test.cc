#include "store/encoding/presence_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/random.h"
#include "store/encoding/presence.h"

namespace spanhound::store {
namespace {

std::vector<uint32_t> EveryNth(Random& random, size_t row_count, uint64_t n) {
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < row_count; ++row) {
    if (random.Below(n) == 0) rows.push_back(row);
  }
  return rows;
}

// Finds `wanted` among the rows `present`.
void CheckFound(const std::vector<uint32_t>& present, size_t row_count,
                const std::vector<uint32_t>& wanted) {
  std::string bytes;
  AppendPresence(bytes, present, row_count);
  PresenceIndex index;
  ASSERT_TRUE(index.Open(bytes, row_count, present.size()));
  std::vector<PresenceIndex::Found> found;
  index.Find(wanted, &found);
  size_t next = 0;
  for (uint32_t i = 0; i < wanted.size(); ++i) {
    const auto at = std::ranges::lower_bound(present, wanted[i]);
    if (at == present.end() || *at != wanted[i]) continue;
    ASSERT_LT(next, found.size()) << "row " << wanted[i];
    EXPECT_EQ(found[next].index, i);
    EXPECT_EQ(found[next].value, static_cast<uint32_t>(at - present.begin()));
    ++next;
  }
  EXPECT_EQ(next, found.size());
}

TEST(PresenceIndexTest, FindsSingleRowsOfAnySet) {
  SeededRandom random(1);
  for (int round = 0; round < 3000; ++round) {
    const size_t row_count = 1 + random.Below(9000);
    const std::vector<uint32_t> present = EveryNth(random, row_count, 1 + random.Below(600));
    std::vector<uint32_t> wanted = EveryNth(random, row_count, 1 + random.Below(row_count));
    if (wanted.empty()) wanted.push_back(static_cast<uint32_t>(random.Below(row_count)));
    CheckFound(present, row_count, wanted);
  }
}

TEST(PresenceIndexTest, FindsNeighbours) {
  SeededRandom random(2);
  for (uint64_t n : {1, 2, 3, 9, 40, 100, 1000}) {
    const std::vector<uint32_t> present = EveryNth(random, 8192, n);
    for (uint32_t first = 0; first + 10 <= 8192; first += 61) {
      std::vector<uint32_t> wanted;
      for (uint32_t row = first; row < first + 10; ++row) wanted.push_back(row);
      CheckFound(present, 8192, wanted);
    }
  }
}

TEST(PresenceIndexTest, GapsOfAllLengthsInOneSet) {
  std::vector<uint32_t> present;
  for (uint32_t row = 0; row < 60000; row += 1 + row / 40) present.push_back(row);
  std::vector<uint32_t> wanted(65536);
  for (uint32_t row = 0; row < wanted.size(); ++row) wanted[row] = row;
  CheckFound(present, wanted.size(), wanted);
  for (uint32_t row : present) CheckFound(present, wanted.size(), {row, row + 1});
}

TEST(PresenceIndexTest, RefusesDamage) {
  SeededRandom random(3);
  for (uint64_t n : {1, 2, 9, 300}) {
    const std::vector<uint32_t> present = EveryNth(random, 2000, n);
    std::string bytes;
    AppendPresence(bytes, present, 2000);
    for (size_t length = 0; length < bytes.size(); ++length) {
      const auto cut = std::string_view(bytes).substr(0, length);
      EXPECT_FALSE(PresenceIndex().Open(cut, 2000, present.size())) << length;
    }
    EXPECT_FALSE(PresenceIndex().Open(bytes, 2000, present.size() - 1));
    for (int round = 0; round < 2000; ++round) {  // no crash, and no value that is not there
      std::string damaged = bytes;
      damaged[random.Below(damaged.size())] = static_cast<char>(random.Next());
      PresenceIndex index;
      if (!index.Open(damaged, 2000, present.size())) continue;
      std::vector<PresenceIndex::Found> found;
      index.Find(EveryNth(random, 2000, 20), &found);
      for (const auto& row : found) EXPECT_LT(row.value, present.size());
    }
  }
}

}  // namespace
}  // namespace spanhound::store
