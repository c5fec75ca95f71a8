#include "store/compact/merge_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/block/block_writer.h"
#include "store/columns/batch_columns.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/random_batch.h"

namespace spanhound::store {
namespace {

using testing::ElementsAre;

class MergeOrderTest : public testing::Test {
 protected:
  template <typename Batch>
  void AddBlock(const Batch& batch, size_t row_group_rows = 2) {
    const std::string path = "/" + std::to_string(blocks_.size());
    auto file = files_.Create(path).value();
    const ChunkPtr chunk = *ChunkOf(batch);
    ASSERT_TRUE(WriteBlock(*file, {&chunk, 1}, row_group_rows).ok());
    blocks_.push_back(*BlockReader::Open(files_, path));
  }

  // "block/group:first-end", with "+" before what joins the run before.
  std::vector<std::string> Order() {
    const auto runs = OrderMerge(blocks_, cancelled_);
    EXPECT_TRUE(runs.ok()) << runs.status().ToString();
    std::vector<std::string> texts;
    for (const MergeRun& run : *runs) {
      texts.push_back((run.joins ? "+" : "") + std::to_string(run.block) + "/" +
                      std::to_string(run.group) + ":" + std::to_string(run.first) + "-" +
                      std::to_string(run.end));
    }
    return texts;
  }

  MemoryFileSystem files_;
  std::vector<BlockPtr> blocks_;
  std::atomic<bool> cancelled_ = false;
};

TEST_F(MergeOrderTest, PartsOfATraceFollowEachOther) {
  SpanBatchBuilder first, second;
  first.Add(1, 10, "a", 100, 1);
  first.Add(1, 11, "b", 110, 1);
  first.Add(2, 20, "a", 200, 1);
  second.Add(3, 30, "a", 150, 1);
  second.Add(2, 21, "early", 50, 1);  // so trace 2 starts before trace 1
  AddBlock(first.Take());
  AddBlock(second.Take());
  EXPECT_THAT(Order(), ElementsAre("0/1:0-1", "+1/0:0-1", "0/0:0-2", "1/0:1-2"));
}

TEST_F(MergeOrderTest, LogRecordsComeOneByOne) {
  for (uint64_t number : {3, 6}) AddBlock(RandomBatch(number, 1'000'000).Logs("default"), 3);
  uint64_t last_time = 0;
  size_t row_count = 0;
  const auto runs = OrderMerge(blocks_, cancelled_);
  ASSERT_TRUE(runs.ok());
  for (const MergeRun& run : *runs) {
    EXPECT_FALSE(run.joins);
    ASSERT_EQ(run.end, run.first + 1);
    const auto rows = blocks_[run.block]->OpenRows(run.group).value();
    const uint64_t time = (**rows->LoadCells<uint64_t>({Field::kTime}))[run.first];
    EXPECT_LE(last_time, time);
    last_time = time;
    ++row_count;
  }
  EXPECT_EQ(row_count, blocks_[0]->footer().row_count + blocks_[1]->footer().row_count);
}

TEST_F(MergeOrderTest, CanBeCancelled) {
  AddBlock(RandomBatch(1, 1'000'000).Spans("default"));
  cancelled_ = true;
  EXPECT_EQ(OrderMerge(blocks_, cancelled_).status().code(), Code::kCancelled);
}

}  // namespace
}  // namespace spanhound::store
