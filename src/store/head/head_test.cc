#include "store/head/head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/columns/batch_columns.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ChunkPtr OneSpan(const char* tenant) {
  SpanBatchBuilder batch;
  batch.batch().tenant = tenant;
  batch.Add(1, 1, "span", 1, 0);
  return *ChunkOf(batch.Take());
}

TEST(HeadTest, PortionsAreFrozenAndDroppedOneByOne) {
  Head head;
  const ChunkPtr a = OneSpan("default"), b = OneSpan("default"), c = OneSpan("default");
  head.Publish(a);
  head.Freeze(2);
  head.Publish(b);
  head.Freeze(3);
  head.Publish(c);
  EXPECT_THAT(head.Snapshot("default", Table::kSpans), ElementsAre(a, b, c));
  EXPECT_THAT(head.frozen().front().chunks, ElementsAre(a));
  EXPECT_EQ(head.frozen().front().next_segment, 2u);
  EXPECT_EQ(head.frozen_bytes(), a->allocated_bytes + b->allocated_bytes);

  head.DropOldestFrozen();
  EXPECT_THAT(head.Snapshot("default", Table::kSpans), ElementsAre(b, c));
  EXPECT_EQ(head.frozen().front().next_segment, 3u);
  EXPECT_EQ(head.frozen_bytes(), b->allocated_bytes);
  EXPECT_EQ(head.tenant_bytes().at("default"), b->allocated_bytes + c->allocated_bytes);
}

TEST(HeadTest, NothingIsNoPortion) {
  Head head;
  head.Freeze(2);
  EXPECT_THAT(head.frozen(), IsEmpty());
  EXPECT_EQ(head.freeze_count(), 0u);
}

TEST(HeadTest, RowsOfFewBytesCountForWhatTheyTakeOnTheirWayToABlock) {
  constexpr uint64_t kRows = 5000;
  SpanBatchBuilder batch;
  for (uint64_t span = 1; span <= kRows; ++span) batch.Add(1, span, "span", span, 0);
  const ChunkPtr chunk = *ChunkOf(batch.Take());
  ASSERT_LT(chunk->allocated_bytes, kRows * kFlushRowBytesMin);
  Head head;
  const ChunkPtr small = OneSpan("default");
  head.Publish(small);
  EXPECT_EQ(head.flush_bytes(), small->allocated_bytes);  // one row, more bytes
  head.Publish(chunk);
  EXPECT_EQ(head.flush_bytes(), (kRows + 1) * kFlushRowBytesMin);
  head.Freeze(2);
  EXPECT_EQ(head.flush_bytes(), 0u);
}

TEST(HeadTest, ATenantGoesWithItsLastChunk) {
  Head head;
  head.Publish(OneSpan("a"));
  head.Freeze(2);
  head.Publish(OneSpan("b"));
  head.DropOldestFrozen();
  EXPECT_FALSE(head.tenant_bytes().contains("a"));
  EXPECT_TRUE(head.tenant_bytes().contains("b"));
}

TEST(HeadTest, MergedChunksTakeTheirPlaceInTheCount) {
  Head head;
  head.Publish(OneSpan("default"));
  const ChunkPtr kept = OneSpan("default");
  head.Publish(kept);
  head.Publish(OneSpan("default"));
  const ChunkPtr merged = OneSpan("default");
  const size_t positions[] = {0, 2};
  head.Replace(positions, merged);
  EXPECT_THAT(head.live(), ElementsAre(kept, merged));
  EXPECT_EQ(head.live_bytes(), kept->allocated_bytes + merged->allocated_bytes);
  EXPECT_EQ(head.tenant_bytes().at("default"), head.live_bytes());
}

}  // namespace
}  // namespace spanhound::store
