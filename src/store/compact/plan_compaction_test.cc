#include "store/compact/plan_compaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/random.h"

namespace spanhound::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint64_t kHour = 3'600'000'000'000;
constexpr uint64_t kStart = 20'000 * 24 * kHour;  // midnight

CompactionLimits Limits() {
  CompactionLimits limits;
  limits.window_nanos = [](std::string_view) { return 24 * kHour; };
  return limits;
}

BlockEntry Block(uint64_t id, uint64_t rows, uint64_t newest) {
  return {id, Table::kSpans, "default", rows, rows * 50, {newest, newest, 0, 0}, newest};
}

std::vector<BlockEntry> EqualBlocks(uint64_t count, uint64_t rows) {
  std::vector<BlockEntry> blocks;
  for (uint64_t id = 1; id <= count; ++id) blocks.push_back(Block(id, rows, kStart + id));
  return blocks;
}

TEST(PlanCompactionTest, EightOfASizeAreMerged) {
  const uint64_t now = kStart + kHour;
  EXPECT_THAT(PlanCompaction(EqualBlocks(7, 1000), Limits(), now), IsEmpty());
  EXPECT_THAT(PlanCompaction(EqualBlocks(8, 1000), Limits(), now),
              ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(PlanCompactionTest, ALargeBlockIsNotRewrittenForSmallOnes) {
  std::vector<BlockEntry> blocks = EqualBlocks(8, 1000);
  blocks[0].row_count = 7001;
  EXPECT_THAT(PlanCompaction(blocks, Limits(), kStart + kHour), IsEmpty());
  blocks[0].row_count = 7000;
  blocks.push_back(Block(9, 1000, kStart + 9));
  EXPECT_THAT(PlanCompaction(blocks, Limits(), kStart + kHour),
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));  // and still not with enough of them
}

TEST(PlanCompactionTest, NeighboursInTimeMeet) {
  std::vector<BlockEntry> blocks = EqualBlocks(8, 1000);
  std::ranges::reverse(blocks);
  EXPECT_THAT(PlanCompaction(blocks, Limits(), kStart + kHour),
              ElementsAre(7, 6, 5, 4, 3, 2, 1, 0));
}

TEST(PlanCompactionTest, TenantsTablesAndWindowsStayApart) {
  for (int what = 0; what < 3; ++what) {
    std::vector<BlockEntry> blocks = EqualBlocks(8, 1000);
    if (what == 0) blocks[7].tenant = "other";
    if (what == 1) blocks[7].table = Table::kLogs;
    if (what == 2) blocks[7] = Block(8, 1000, kStart - 1);
    EXPECT_THAT(PlanCompaction(blocks, Limits(), kStart), IsEmpty()) << what;
  }
}

TEST(PlanCompactionTest, OutputsAreBounded) {
  CompactionLimits limits = Limits();
  limits.inputs_min = 2;
  limits.rows_max = 5000;
  EXPECT_THAT(PlanCompaction(EqualBlocks(8, 1000), limits, kStart + kHour),
              ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(PlanCompaction(EqualBlocks(8, 2501), limits, kStart + kHour), IsEmpty());
  limits.bytes_max = 150'000;
  EXPECT_THAT(PlanCompaction(EqualBlocks(8, 1000), limits, kStart + kHour), ElementsAre(0, 1, 2));
  limits.inputs_max = 2;
  EXPECT_THAT(PlanCompaction(EqualBlocks(8, 1000), limits, kStart + kHour), ElementsAre(0, 1));
}

TEST(PlanCompactionTest, WhatIsLeftIsMergedWhenTheWindowIsSettled) {
  std::vector<BlockEntry> blocks = EqualBlocks(3, 1000);
  EXPECT_THAT(PlanCompaction(blocks, Limits(), kStart + 24 * kHour), IsEmpty());
  EXPECT_THAT(PlanCompaction(blocks, Limits(), kStart + 25 * kHour), ElementsAre(0, 1, 2));
  blocks[2].written_unix_nanos = kStart + 30 * kHour;  // came late: more may come
  EXPECT_THAT(PlanCompaction(blocks, Limits(), kStart + 30 * kHour), IsEmpty());
  EXPECT_THAT(PlanCompaction(blocks, Limits(), kStart + 31 * kHour), ElementsAre(0, 1, 2));
}

TEST(PlanCompactionTest, WindowIsATenthOfTheAge) {
  EXPECT_EQ(CompactionWindowNanos({}), 24 * kHour);
  EXPECT_EQ(CompactionWindowNanos(5 * 24 * kHour), 12 * kHour);
  EXPECT_EQ(CompactionWindowNanos(kHour), kHour);
  EXPECT_EQ(CompactionWindowNanos(1000 * 24 * kHour), 24 * kHour);
}

TEST(PlanCompactionTest, ARowOfTheFutureBelongsToTheTimeItCame) {
  std::vector<BlockEntry> blocks = EqualBlocks(8, 1000);
  blocks[3].bounds.max_time = UINT64_MAX;
  EXPECT_EQ(PlanCompaction(blocks, Limits(), kStart + kHour).size(), 8u);
}

// Flushes one block after another and merges whatever is due.
struct Simulation {
  void Flush(uint64_t rows, uint64_t now) {
    blocks.push_back(Block(++last_id, rows, now));
    written_rows += rows;
    Merge(now);
  }
  void Merge(uint64_t now) {
    while (true) {
      const std::vector<size_t> inputs = PlanCompaction(blocks, Limits(), now);
      if (inputs.empty()) return;
      BlockEntry merged = Block(++last_id, 0, 0);
      for (size_t position : inputs) {
        merged.row_count += blocks[position].row_count;
        merged.bounds.Add(blocks[position].bounds);
        merged.written_unix_nanos =
            std::max(merged.written_unix_nanos, blocks[position].written_unix_nanos);
        blocks[position].row_count = 0;
      }
      std::erase_if(blocks, [](const BlockEntry& block) { return block.row_count == 0; });
      merged_rows += merged.row_count;
      ASSERT_LE(merged.row_count, Limits().rows_max);
      blocks.push_back(merged);
    }
  }
  double rewrites() const {
    return static_cast<double>(merged_rows) / static_cast<double>(written_rows);
  }

  std::vector<BlockEntry> blocks;
  uint64_t last_id = 0;
  uint64_t written_rows = 0;
  uint64_t merged_rows = 0;
};

TEST(PlanCompactionTest, RowsOfFullFlushesAreRewrittenOnce) {
  Simulation store;
  SeededRandom random(1);
  for (uint64_t i = 0; i < 500; ++i) {
    store.Flush(120'000 + random.Below(20'000), kStart + i * 1'000'000'000);
  }
  EXPECT_LE(store.rewrites(), 1.01);
  EXPECT_LE(store.blocks.size(), 500 / 8 + 8);
}

TEST(PlanCompactionTest, TinyBlocksOfAYearBecomeFew) {
  Simulation store;
  SeededRandom random(1);
  for (uint64_t hour = 0; hour < 365 * 24; ++hour) {
    store.Flush(1 + random.Below(10'000), kStart + hour * kHour);
  }
  store.Merge(kStart + 367 * 24 * kHour);
  EXPECT_LE(store.blocks.size(), 365 * 3);
  EXPECT_LE(store.rewrites(), 1.5);
}

TEST(PlanCompactionTest, FlushesOfAnySizeAreRewrittenFewTimes) {
  Simulation store;
  SeededRandom random(1);
  uint64_t now = kStart;
  for (uint64_t i = 0; i < 20'000; ++i) {
    now += random.Below(60'000'000'000);
    store.Flush(1 + static_cast<uint64_t>(std::exp2(random.Unit() * 12)), now);
  }
  EXPECT_LE(store.rewrites(), 6);
  EXPECT_LE(store.blocks.size(), 60u);
}

}  // namespace
}  // namespace spanhound::store
