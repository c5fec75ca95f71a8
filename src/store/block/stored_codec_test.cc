#include "store/block/stored_codec.h"

#include <gtest/gtest.h>

#include <numeric>

#include "store/columns/batch_columns.h"
#include "store/columns/chunk_rows.h"
#include "store/testing/random_batch.h"

namespace spanhound::store {
namespace {

bool IsValueColumn(CellType type) {
  return type == CellType::kText || type == CellType::kAttributes || type == CellType::kValue;
}

// Rows of a table, written in some order and read back, against the chunk they come from.
class StoredCodecTest : public testing::Test {
 protected:
  template <typename Batch>
  void CheckRoundTrip(const Batch& batch, const std::vector<uint32_t>& order) {
    const ChunkPtr chunk = *ChunkOf(batch);
    BlockColumns columns;
    RowTable table(chunk->table, columns);
    ASSERT_TRUE(table.AppendChunk(*chunk).ok());
    std::string entries;
    columns.resources().AppendTo(entries);
    columns.scopes().AppendTo(entries);
    DecodedDictionaries dictionaries;
    ByteReader in(entries);
    ASSERT_TRUE(ReadDictionaries(in, memory_, &dictionaries));

    const std::span<const StoredColumn> stored = StoredColumns(chunk->table);
    std::vector<ColumnData> read(stored.size());
    sections_.clear();
    ChunkRows wanted(chunk);
    for (size_t i = 0; i < stored.size(); ++i) {
      if (IsValueColumn(stored[i].type)) continue;
      std::string& section = sections_.emplace_back();
      AppendStored(section, i, table, order);
      SCOPED_TRACE("column " + std::to_string(stored[i].id));
      CellCopier copier(arena_);
      const auto cells = wanted.LoadRows({stored[i].field}, order, copier);
      ASSERT_TRUE(cells.ok());
      if (section.empty()) {
        read[i] = EmptyColumn(stored[i].type);
        std::visit([&order](auto& column) { column.resize(order.size()); }, read[i]);
      } else {
        ASSERT_TRUE(
            ReadStored(section, chunk->table, i, order.size(), dictionaries, memory_, &read));
      }
      EXPECT_EQ(TextOf(read[i], order.size()), TextOf(*cells, order.size()));
    }
  }

  static std::vector<std::string> TextOf(const ColumnData& column, size_t row_count) {
    ColumnBatch batch;
    batch.row_count = row_count;
    batch.columns.push_back(column);
    return RowsOf(batch);
  }

  Arena arena_;
  DecodeMemory memory_{arena_, 64u << 20};
  std::deque<std::string> sections_;
};

std::vector<uint32_t> InOrder(size_t count) {
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

TEST_F(StoredCodecTest, RandomRowsInAnyOrder) {
  for (uint64_t number = 1; number <= 40; ++number) {
    const model::SpanBatch spans = RandomBatch(number, 1'000'000).Spans("default");
    CheckRoundTrip(spans, InOrder(spans.spans.size()));
    std::vector<uint32_t> reversed = InOrder(spans.spans.size());
    std::ranges::reverse(reversed);
    CheckRoundTrip(spans, reversed);
    const model::LogBatch logs = RandomBatch(number, 1'000'000).Logs("default");
    CheckRoundTrip(logs, InOrder(logs.records.size()));
  }
}

TEST_F(StoredCodecTest, SpansThatEndBeforeTheyStart) {
  SpanBatchBuilder builder;
  builder.Add(1, 1, "a", 1000, 10);
  builder.Add(1, 2, "b", 2000, 10).end_unix_nanos = 500;
  builder.Add(2, 3, "c", UINT64_MAX, 0).end_unix_nanos = 0;
  CheckRoundTrip(builder.batch(), InOrder(3));
}

TEST_F(StoredCodecTest, TimesInTheOrderOfBlocksTakeDistances) {
  SpanBatchBuilder builder;
  for (uint64_t i = 0; i < 64; ++i) {
    builder.Add(1 + i / 8, 1 + i, "a", 1'700'000'000'000'000'000 + 1000 * (i / 8) + i % 8, 10);
  }
  CheckRoundTrip(builder.batch(), InOrder(64));
  const size_t time = static_cast<size_t>(StoredIndex(Table::kSpans, Field::kTime));
  EXPECT_LT(sections_[time].size(), 80u);
}

TEST_F(StoredCodecTest, DependenciesComeFirst) {
  for (Table table : {Table::kSpans, Table::kLogs}) {
    for (const StoredColumn& column : StoredColumns(table)) {
      const std::optional<Field> needed = StoredDependency(table, column.field);
      if (!needed) continue;
      EXPECT_LT(StoredIndex(table, *needed), StoredIndex(table, column.field));
    }
  }
}

}  // namespace
}  // namespace spanhound::store
