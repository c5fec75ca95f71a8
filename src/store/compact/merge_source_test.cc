#include "store/compact/merge_source.h"

#include <gtest/gtest.h>

#include "store/block/block_writer.h"
#include "store/columns/batch_columns.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/random_batch.h"

namespace spanhound::store {
namespace {

// Rows that come from blocks through a MergeSource, against the same rows that come from chunks:
// a table that takes both must find them equal.
class MergeSourceTest : public testing::Test {
 protected:
  template <typename Batch>
  BlockPtr BlockOf(const Batch& batch, size_t row_group_rows) {
    const std::string path = "/" + std::to_string(++block_count_);
    auto file = files_.Create(path).value();
    const ChunkPtr chunk = *ChunkOf(batch);
    EXPECT_TRUE(WriteBlock(*file, {&chunk, 1}, row_group_rows).ok());
    return *BlockReader::Open(files_, path);
  }

  template <typename Batch>
  void CheckRows(const Batch& batch, size_t row_group_rows) {
    const BlockPtr block = BlockOf(batch, row_group_rows);
    BlockColumns columns;
    RowTable rows(block->footer().table, columns);
    const ChunkPtr chunk = *ChunkOf(batch);
    ASSERT_TRUE(rows.AppendChunk(*chunk).ok());
    const size_t chunk_rows = rows.row_count();
    MergeSource source(block, columns);
    std::vector<std::shared_ptr<const SourceRows>> memory;
    for (uint32_t group = 0; group < block->footer().row_groups.size(); ++group) {
      const auto taken = source.Rows(group);
      ASSERT_TRUE(taken.ok()) << taken.status().ToString();
      memory.push_back(*taken);
      rows.AppendRows(**taken, 0, block->footer().row_groups[group].row_count);
    }
    ASSERT_EQ(rows.row_count(), 2 * chunk_rows);
    for (uint32_t row = static_cast<uint32_t>(chunk_rows); row < rows.row_count(); ++row) {
      bool is_found = false;
      for (uint32_t own = 0; own < chunk_rows && !is_found; ++own) {
        is_found = rows.AreEqual(own, row);
      }
      EXPECT_TRUE(is_found) << "row " << row - chunk_rows;
    }
  }

  MemoryFileSystem files_;
  int block_count_ = 0;
};

TEST_F(MergeSourceTest, RowsAreTheSame) {
  for (uint64_t number = 1; number <= 30; ++number) {
    CheckRows(RandomBatch(number, 1'000'000).Spans("default"), 3);
    CheckRows(RandomBatch(number, 1'000'000).Logs("default"), 3);
  }
  CheckRows(RichSpans(), 2);
}

TEST_F(MergeSourceTest, GroupsAreRememberedForAWhile) {
  SpanBatchBuilder builder;
  for (uint64_t i = 0; i < 10; ++i) builder.Add(1 + i, 1 + i, "span", 1000 + i, 1);
  const BlockPtr block = BlockOf(builder.Take(), 1);
  BlockColumns columns;
  MergeSource source(block, columns);
  const auto first = *source.Rows(0);
  EXPECT_EQ(*source.Rows(0), first);
  for (uint32_t group = 1; group < 10; ++group) ASSERT_TRUE(source.Rows(group).ok());
  EXPECT_NE(*source.Rows(0), first);
}

TEST_F(MergeSourceTest, DamageIsToldWithTheFile) {
  const BlockPtr sound = BlockOf(RichSpans(), 100);
  std::string bytes = files_.Bytes(sound->path());
  bytes[30] ^= 1;
  files_.SetBytes(sound->path(), bytes);
  const BlockPtr block = *BlockReader::Open(files_, sound->path());
  BlockColumns columns;
  const Status status = MergeSource(block, columns).Rows(0).status();
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_TRUE(status.message().starts_with(block->path())) << status.message();
}

}  // namespace
}  // namespace spanhound::store
