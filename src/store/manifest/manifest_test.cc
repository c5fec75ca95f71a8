#include "store/manifest/manifest.h"

#include <gtest/gtest.h>

namespace spanhound::store {
namespace {

Manifest Example() {
  Manifest manifest{7, 3, {}};
  manifest.blocks.push_back({1, Table::kSpans, "default", 100, 2000, {5, 9, 0, 4}, 8});
  manifest.blocks.push_back({2, Table::kLogs, "other/../tenant", 1, 300, {0, UINT64_MAX, 0, 0}, 5});
  return manifest;
}

TEST(ManifestTest, RoundTrip) {
  Manifest back;
  ASSERT_TRUE(DecodeManifest(EncodeManifest(Example()), &back));
  EXPECT_EQ(back.first_wal_segment, 7u);
  EXPECT_EQ(back.next_block_id, 3u);
  EXPECT_EQ(back.blocks, Example().blocks);
}

TEST(ManifestTest, EveryFlippedByteAndTruncationIsRefused) {
  const std::string sound = EncodeManifest(Example());
  Manifest back;
  for (size_t i = 0; i < sound.size(); ++i) {
    std::string damaged = sound;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(DecodeManifest(damaged, &back)) << i;
    EXPECT_FALSE(DecodeManifest(sound.substr(0, i), &back)) << i;
  }
}

TEST(ManifestTest, AWrongClockDoesNotMakeABlockYounger) {
  EXPECT_EQ(Example().blocks[0].newest_unix_nanos(), 8u);  // rows of the future
  BlockEntry old = Example().blocks[0];
  old.bounds.max_time = 3;
  EXPECT_EQ(old.newest_unix_nanos(), 3u);
}

TEST(ManifestTest, BlockFileNames) {
  EXPECT_EQ(BlockFileName(255), "00000000000000ff.blk");
  EXPECT_TRUE(IsBlockFileName(BlockFileName(UINT64_MAX)));
  EXPECT_FALSE(IsBlockFileName("notes.blk"));
  EXPECT_FALSE(IsBlockFileName("00000000000000ff.blk.tmp"));
}

}  // namespace
}  // namespace spanhound::store
