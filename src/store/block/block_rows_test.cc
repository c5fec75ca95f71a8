// Single rows and traces of a row group against whole columns.
#include "store/block/block_rows.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "store/block/block_writer.h"
#include "store/columns/batch_columns.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/random_batch.h"

namespace spanhound::store {
namespace {

constexpr char kPath[] = "/block";

class BlockRowsTest : public testing::Test {
 protected:
  void Write(const std::vector<ChunkPtr>& chunks) {
    auto file = files_.Create(kPath).value();
    ASSERT_TRUE(WriteBlock(*file, chunks, 40).ok());
    block_ = *BlockReader::Open(files_, kPath);
    ASSERT_GT(block_->footer().row_groups.size(), 2u);
  }
  std::vector<ChunkPtr> Chunks(Table table) {
    std::vector<ChunkPtr> chunks;
    for (uint64_t number = 1; number <= 60; ++number) {
      RandomBatch batch(number, 1'000'000);
      chunks.push_back(table == Table::kSpans ? *ChunkOf(batch.Spans("default"))
                                              : *ChunkOf(batch.Logs("default")));
    }
    return chunks;
  }

  std::unique_ptr<RowSet> Open(size_t group) { return block_->OpenRows(group).value(); }

  // Rows as text, by every stored column and one attribute.
  std::vector<std::string> Rows(const std::function<ColumnData(const Column&)>& load,
                                size_t row_count) {
    ColumnBatch batch;
    batch.row_count = row_count;
    for (const StoredColumn& column : StoredColumns(block_->footer().table)) {
      batch.columns.push_back(load({column.field}));
    }
    return RowsOf(batch);
  }
  std::vector<std::string> AllRows(RowSet& rows) {
    return Rows([&rows](const Column& column) { return **rows.Load(column); }, rows.row_count());
  }
  std::vector<std::string> SomeRows(RowSet& rows, std::span<const uint32_t> wanted) {
    Arena arena;
    CellCopier copier(arena);
    return Rows([&](const Column& column) { return *rows.LoadRows(column, wanted, copier); },
                wanted.size());
  }

  void CheckSomeRows() {
    SeededRandom random(1);
    for (size_t group = 0; group < block_->footer().row_groups.size(); ++group) {
      const std::vector<std::string> all = AllRows(*Open(group));
      for (int round = 0; round < 20; ++round) {
        std::vector<uint32_t> wanted(1 + random.Below(6));  // in any order, some twice
        std::vector<std::string> expected;
        for (uint32_t& row : wanted) {
          row = static_cast<uint32_t>(random.Below(all.size()));
          expected.push_back(all[row]);
        }
        EXPECT_EQ(SomeRows(*Open(group), wanted), expected);
      }
    }
  }

  MemoryFileSystem files_;
  BlockPtr block_;
};

TEST_F(BlockRowsTest, SingleSpansAreThoseOfWholeColumns) {
  Write(Chunks(Table::kSpans));
  CheckSomeRows();
}

TEST_F(BlockRowsTest, SingleLogsAreThoseOfWholeColumns) {
  Write(Chunks(Table::kLogs));
  CheckSomeRows();
}

TEST_F(BlockRowsTest, SingleSpansOfTracesWhoseTimesGoBack) {
  // A span before the first of its trace in the order of ids: no distances.
  SpanBatchBuilder batch;
  for (uint64_t i = 0; i < 200; ++i) batch.Add(1 + i / 7, 1 + i, "name", 9000 - 3 * i, i);
  batch.Add(1, 999, "ends before it starts", 5000, 0).end_unix_nanos = 10;
  Write({*ChunkOf(batch.Take())});
  CheckSomeRows();
}

TEST_F(BlockRowsTest, DurationsAreThoseOfTheTimesButNeedNone) {
  SpanBatchBuilder batch;
  SeededRandom random(5);
  for (uint64_t i = 0; i < 300; ++i) {
    const uint64_t start = 5000 + random.Below(90);
    batch.Add(1 + i / 7, 1 + i, "name", start, 0).end_unix_nanos = start + random.Below(1000);
  }
  batch.Add(1, 999, "ends before it starts", 5000, 0).end_unix_nanos = 10;  // in one group only
  Write({*ChunkOf(batch.Take())});
  size_t groups_without_times = 0;
  for (size_t group = 0; group < block_->footer().row_groups.size(); ++group) {
    const auto times = Open(group);
    const std::vector<uint64_t>& starts = **times->LoadCells<uint64_t>({Field::kTime});
    const std::vector<uint64_t>& ends = **times->LoadCells<uint64_t>({Field::kEndTime});
    const auto whole = Open(group);
    const std::vector<uint64_t>& durations = **whole->LoadCells<uint64_t>({Field::kDuration});
    if (whole->memory_bytes() < times->memory_bytes()) ++groups_without_times;
    std::vector<uint32_t> wanted;
    std::vector<uint64_t> expected;
    for (size_t i = 0; i < starts.size(); ++i) {
      EXPECT_EQ(durations[i], ends[i] > starts[i] ? ends[i] - starts[i] : 0);
      wanted.push_back(static_cast<uint32_t>(random.Below(starts.size())));
      expected.push_back(durations[wanted.back()]);
    }
    Arena arena;
    CellCopier copier(arena);
    const ColumnData some = *Open(group)->LoadRows({Field::kDuration}, wanted, copier);
    EXPECT_EQ(std::get<std::vector<uint64_t>>(some), expected);
  }
  EXPECT_EQ(groups_without_times + 1, block_->footer().row_groups.size());
}

TEST_F(BlockRowsTest, TheNewestRowsAreNewerThanTheOthers) {
  SpanBatchBuilder batch;
  SeededRandom random(3);
  for (uint64_t i = 0; i < 500; ++i) batch.Add(1 + i / 7, 1 + i, "name", random.Below(90), i);
  auto file = files_.Create(kPath).value();
  const std::vector<ChunkPtr> chunks = {*ChunkOf(batch.Take())};
  ASSERT_TRUE(WriteBlock(*file, chunks, 320).ok());
  block_ = *BlockReader::Open(files_, kPath);
  for (size_t group = 0; group < block_->footer().row_groups.size(); ++group) {
    const auto rows = Open(group);
    const NewestRows* newest = rows->Newest().value();
    ASSERT_NE(newest, nullptr);
    ASSERT_FALSE(newest->rows.empty());
    const auto whole = Open(group);
    const auto times = whole->LoadCells<uint64_t>({Field::kTime});
    ASSERT_TRUE(times.ok());
    uint64_t others_max_time = 0;
    for (uint32_t row = 0; row < rows->row_count(); ++row) {
      if (std::ranges::binary_search(newest->rows, row)) {
        EXPECT_GE((**times)[row], newest->others_max_time);
      } else {
        others_max_time = std::max(others_max_time, (**times)[row]);
      }
    }
    EXPECT_EQ(newest->others_max_time, others_max_time);
  }
  CheckSomeRows();  // the times of the groups are kept now
}

TEST_F(BlockRowsTest, FewRowsHaveNoNewest) {
  Write(Chunks(Table::kSpans));
  EXPECT_EQ(Open(0)->Newest().value(), nullptr);
}

TEST_F(BlockRowsTest, TracesAreTheirRows) {
  Write(Chunks(Table::kSpans));
  for (size_t group = 0; group < block_->footer().row_groups.size(); ++group) {
    const auto whole = Open(group);
    const std::vector<std::string> all = AllRows(*whole);
    const std::vector<model::TraceId> ids = **whole->LoadCells<model::TraceId>({Field::kTraceId});
    for (const model::TraceId& id : ids) {
      PruneHints hints;
      hints.trace_ids = {id};
      std::vector<ScanPart> parts;
      ASSERT_TRUE(block_->AppendScanParts(hints, &parts).ok());
      std::vector<std::string> expected, found;
      for (size_t row = 0; row < all.size(); ++row) {
        if (ids[row] == id) expected.push_back(all[row]);
      }
      for (const ScanPart& part : parts) {
        for (std::string& row : AllRows(*part.open().value())) found.push_back(std::move(row));
      }
      EXPECT_EQ(std::vector(found.begin(), found.end()), expected);
    }
  }
}

TEST_F(BlockRowsTest, SingleAttributesAreThoseOfWholeLists) {
  Write(Chunks(Table::kSpans));
  for (size_t group = 0; group < block_->footer().row_groups.size(); ++group) {
    const auto rows = Open(group);
    const auto lists = **rows->LoadCells<std::span<const model::Attribute>>({Field::kAttributes});
    for (uint32_t row = 0; row < lists.size(); ++row) {
      for (const model::Attribute& attribute : lists[row]) {
        Arena arena;
        CellCopier copier(arena);
        const Column column{Field::kAttribute, std::string(attribute.key)};
        const auto cells = Open(group)->LoadRows(column, std::span(&row, 1), copier);
        ASSERT_TRUE(cells.ok());
        EXPECT_EQ(std::get<std::vector<model::AttributeValue>>(*cells)[0],
                  *model::FindAttribute(lists[row], attribute.key));
      }
    }
  }
}

}  // namespace
}  // namespace spanhound::store
