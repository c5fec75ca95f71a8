#include "store/scan/unordered_stream.h"

#include <gtest/gtest.h>

#include <atomic>

#include "store/columns/batch_columns.h"
#include "store/columns/chunk_rows.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

constexpr size_t kParts = 8;

// Of a scan of kParts parts, each with the rows of a whole batch, all of trace 1: how many were
// opened when its first batch is there.
size_t OpenedForTheFirstBatch(ScanRequest request) {
  SpanBatchBuilder spans;
  for (uint64_t i = 1; i <= kResultRows; ++i) spans.Add(1, i, "span", i, 0);
  const ChunkPtr chunk = ChunkOf(spans.Take()).value();
  std::atomic<size_t> opened = 0;
  const ScanPart part{chunk->bounds,
                      [chunk, &opened]() -> Result<std::unique_ptr<RowSet>> {
                        ++opened;
                        return std::unique_ptr<RowSet>(std::make_unique<ChunkRows>(chunk));
                      },
                      chunk->row_count};
  request.columns = {{Field::kSpanId}};
  ScanPool pool(2);
  UnorderedStream stream(PartReader::Make(std::move(request)).value(),
                         std::vector<ScanPart>(kParts, part), pool);
  const auto batch = stream.Next();
  EXPECT_TRUE(batch.ok() && batch->has_value());
  return opened;
}

ScanRequest RequestOfTrace() {
  ScanRequest request;
  request.filter = Predicate::Compare({Field::kTraceId}, Op::kEqual,
                                      std::string(IdOf<model::TraceId>(1).view()));
  return request;
}

TEST(UnorderedStream, ReadsAllPartsAtOnceWhereAllHaveToBeSearched) {
  EXPECT_EQ(OpenedForTheFirstBatch(RequestOfTrace()), kParts);
}

TEST(UnorderedStream, BeginsWithOnePartWhereThatMayBeEnough) {
  EXPECT_EQ(OpenedForTheFirstBatch({}), 1u);  // the next may be more than is asked for
  ScanRequest limited = RequestOfTrace();
  limited.limit = 10;
  EXPECT_EQ(OpenedForTheFirstBatch(limited), 1u);
}

}  // namespace
}  // namespace spanhound::store
