#include "store/block/row_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <tuple>

#include "store/columns/batch_columns.h"
#include "store/testing/random_batch.h"

namespace spanhound::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(RowOrder, SpansByStartOfTheirTraceLogsByTime) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    BlockColumns columns;
    RowTable spans(Table::kSpans, columns);
    RowTable logs(Table::kLogs, columns);
    std::vector<ChunkPtr> chunks;  // the tables point into them
    for (uint64_t number = 10 * seed; number < 10 * seed + 6; ++number) {
      RandomBatch batch(number, 1'000'000);
      chunks.push_back(*ChunkOf(batch.Spans("default")));
      ASSERT_TRUE(spans.AppendChunk(*chunks.back()).ok());
      chunks.push_back(*ChunkOf(batch.Logs("default")));
      ASSERT_TRUE(logs.AppendChunk(*chunks.back()).ok());
    }
    std::map<model::TraceId, uint64_t> starts;
    for (uint32_t row = 0; row < spans.row_count(); ++row) {
      const uint64_t time = spans.numbers(Field::kTime)[row];
      uint64_t& start = starts.try_emplace(spans.trace_ids()[row], time).first->second;
      start = std::min(start, time);
    }
    std::vector<uint32_t> wanted(spans.row_count());
    std::iota(wanted.begin(), wanted.end(), 0);
    std::ranges::sort(wanted, {}, [&](uint32_t row) {
      return std::tuple(starts[spans.trace_ids()[row]], spans.trace_ids()[row],
                        spans.numbers(Field::kTime)[row], spans.span_ids()[row], row);
    });
    EXPECT_EQ(OrderRows(spans), wanted);
    wanted.resize(logs.row_count());
    std::iota(wanted.begin(), wanted.end(), 0);
    std::ranges::sort(wanted, {}, [&](uint32_t row) {
      return std::tuple(logs.numbers(Field::kTime)[row], logs.trace_ids()[row],
                        logs.span_ids()[row], row);
    });
    EXPECT_EQ(OrderRows(logs), wanted);
  }
}

std::vector<size_t> Cut(const std::vector<int>& traces, size_t target_rows) {
  std::vector<model::TraceId> ids;
  for (int trace : traces) ids.push_back(IdOf<model::TraceId>(static_cast<uint64_t>(trace)));
  std::vector<uint32_t> order(ids.size());
  std::iota(order.begin(), order.end(), 0);
  return CutRowGroups(ids, order, target_rows);
}

TEST(RowOrder, GroupsEndBetweenTraces) {
  EXPECT_THAT(Cut({}, 2), IsEmpty());
  EXPECT_THAT(Cut({1}, 2), ElementsAre(1));
  EXPECT_THAT(Cut({1, 2, 3, 4, 5}, 2), ElementsAre(2, 4, 5));
  EXPECT_THAT(Cut({1, 2, 2, 2, 3}, 2), ElementsAre(4, 5));
  EXPECT_THAT(Cut({1, 1, 1, 1}, 4), ElementsAre(4));
}

TEST(RowOrder, ALongTraceIsCut) {
  EXPECT_THAT(Cut(std::vector<int>(19, 1), 2), ElementsAre(8, 16, 19));
}

}  // namespace
}  // namespace spanhound::store
