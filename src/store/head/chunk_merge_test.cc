#include "store/head/chunk_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "store/columns/batch_columns.h"
#include "store/testing/chunk_text.h"

namespace spanhound::store {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

uint64_t next_span = 1;

ChunkPtr ChunkOfRows(size_t rows, std::string tenant = "default") {
  SpanBatchBuilder batch;
  for (size_t i = 0; i < rows; ++i) {
    batch.Add(1, next_span, "span " + std::to_string(next_span), next_span, 1);
    ++next_span;
  }
  batch.batch().tenant = std::move(tenant);
  return *ChunkOf(batch.Take());
}

std::vector<ChunkPtr> Chunks(size_t count, size_t rows) {
  std::vector<ChunkPtr> chunks;
  for (size_t i = 0; i < count; ++i) chunks.push_back(ChunkOfRows(rows));
  return chunks;
}

TEST(ChunkMergeTest, ManySmallOnesAreMerged) {
  EXPECT_THAT(ChooseMerge(Chunks(kMergedAtOnce - 1, 1)), IsEmpty());
  EXPECT_THAT(ChooseMerge(Chunks(kMergedAtOnce, 1)), SizeIs(kMergedAtOnce));
}

TEST(ChunkMergeTest, BatchesOfExportersAreNotCopied) {
  EXPECT_THAT(ChooseMerge(Chunks(300, 256)), IsEmpty());
}

TEST(ChunkMergeTest, TenantsStayApart) {
  std::vector<ChunkPtr> chunks = Chunks(kMergedAtOnce - 1, 1);
  chunks.push_back(ChunkOfRows(1, "other"));
  EXPECT_THAT(ChooseMerge(chunks), IsEmpty());
}

TEST(ChunkMergeTest, SingleSpansAreCopiedTwiceAtMost) {
  std::vector<ChunkPtr> head;
  size_t copied_rows = 0;
  for (size_t i = 0; i < 20'000; ++i) {
    head.push_back(ChunkOfRows(1));
    while (true) {
      const std::vector<size_t> positions = ChooseMerge(head);
      if (positions.empty()) break;
      std::vector<ChunkPtr> chunks;
      for (size_t position : positions) chunks.push_back(std::move(head[position]));
      std::erase(head, nullptr);
      head.push_back(MergeChunks(chunks).value());
      copied_rows += head.back()->row_count;
    }
  }
  EXPECT_LE(copied_rows, 2 * 20'000u);
  EXPECT_LE(head.size(), 2 * kMergedAtOnce + 20'000 / 4096);
}

TEST(ChunkMergeTest, MergedChunkOwnsAllRows) {
  std::vector<ChunkPtr> chunks = {ChunkOfRows(2), *ChunkOf(RichSpans()), ChunkOfRows(1)};
  std::vector<std::string> rows;
  for (const ChunkPtr& chunk : chunks) {
    for (std::string& row : RowsOf(chunk)) {
      rows.push_back(std::move(row));
    }
  }
  const ChunkPtr merged = MergeChunks(chunks).value();
  chunks.clear();
  EXPECT_EQ(RowsOf(merged), rows);
}

}  // namespace
}  // namespace spanhound::store
