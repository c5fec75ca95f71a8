#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/block/block_reader.h"
#include "store/block/block_writer.h"
#include "store/block/check_block.h"
#include "store/columns/batch_columns.h"
#include "store/testing/chunk_text.h"
#include "store/testing/memory_file_system.h"

namespace spanhound::store {
namespace {

constexpr char kPath[] = "/b/1.blk";

std::vector<Column> AllColumns() {
  std::vector<Column> columns;
  for (const StoredColumn& column : StoredColumns(Table::kSpans)) columns.push_back({column.field});
  return columns;
}

// Every row of the block as text, or an error.
Result<std::vector<std::string>> ReadAll(MemoryFileSystem& files) {
  ASSIGN_OR_RETURN(const BlockPtr block, BlockReader::Open(files, kPath));
  std::vector<std::string> lines;
  for (size_t group = 0; group < block->footer().row_groups.size(); ++group) {
    ASSIGN_OR_RETURN(const auto rows, block->OpenRows(group));
    ColumnBatch batch;
    batch.row_count = rows->row_count();
    for (const Column& column : AllColumns()) {
      ASSIGN_OR_RETURN(const ColumnData* data, rows->Load(column));
      batch.columns.push_back(*data);
    }
    for (std::string& line : RowsOf(batch)) lines.push_back(std::move(line));
  }
  return lines;
}

BlockSummary Write(MemoryFileSystem& files, std::vector<ChunkPtr> chunks, size_t row_group_rows) {
  auto file = files.Create(kPath).value();
  auto summary = WriteBlock(*file, chunks, row_group_rows);
  EXPECT_TRUE(summary.ok());
  return *summary;
}

TEST(BlockTest, EveryFieldAndTypeSurvives) {
  MemoryFileSystem files;
  const ChunkPtr chunk = *ChunkOf(RichSpans());
  const BlockSummary summary = Write(files, {chunk}, 100);
  EXPECT_EQ(summary.row_count, 4u);
  EXPECT_EQ(summary.file_bytes, files.Bytes(kPath).size());
  const auto rows = ReadAll(files);
  ASSERT_TRUE(rows.ok()) << rows.status().ToString();
  EXPECT_THAT(*rows, testing::UnorderedElementsAreArray(RowsOf(chunk)));
}

TEST(BlockTest, TracesAreContiguousAndInTimeOrder) {
  MemoryFileSystem files;
  std::vector<ChunkPtr> chunks;
  for (uint64_t part = 0; part < 3; ++part) {
    SpanBatchBuilder batch;
    for (uint64_t trace = 1; trace <= 50; ++trace) {
      batch.Add(trace, trace * 10 + part, "span", (51 - trace) * 1000 + part, 1);
    }
    chunks.push_back(*ChunkOf(batch.Take()));
  }
  Write(files, chunks, 16);
  const BlockPtr block = *BlockReader::Open(files, kPath);
  uint64_t trace_start = 0;
  for (size_t group = 0; group < block->footer().row_groups.size(); ++group) {
    const auto rows = block->OpenRows(group).value();
    const auto& traces = **rows->LoadCells<model::TraceId>({Field::kTraceId});
    const auto& times = **rows->LoadCells<uint64_t>({Field::kTime});
    ASSERT_EQ(traces.size() % 3, 0u);  // no trace is cut
    for (size_t i = 0; i < traces.size(); i += 3) {
      EXPECT_EQ(traces[i], traces[i + 2]);
      EXPECT_LT(trace_start, times[i]);
      trace_start = times[i];
    }
  }
}

TEST(BlockTest, TraceIndexLeadsToTheGroupsOfATrace) {
  MemoryFileSystem files;
  SpanBatchBuilder batch;
  for (uint64_t trace = 1; trace <= 5000; ++trace) batch.Add(trace, trace, "span", trace, 1);
  Write(files, {*ChunkOf(batch.Take())}, 100);
  const BlockPtr block = *BlockReader::Open(files, kPath);
  EXPECT_GT(block->footer().index.size(), 1u);
  for (uint64_t trace : {1, 777, 2500, 5000, 6000}) {
    PruneHints hints;
    hints.trace_ids = {IdOf<model::TraceId>(trace)};
    std::vector<ScanPart> parts;
    ASSERT_TRUE(block->AppendScanParts(hints, &parts).ok());
    ASSERT_EQ(parts.size(), trace <= 5000 ? 1u : 0u) << trace;
    if (!parts.empty()) {
      EXPECT_LE(parts[0].bounds.min_time, trace);
      EXPECT_GE(parts[0].bounds.max_time, trace);
    }
  }
}

TEST(BlockTest, HugeTraceIsCutIntoGroups) {
  MemoryFileSystem files;
  SpanBatchBuilder batch;
  for (uint64_t span = 1; span <= 1000; ++span) batch.Add(1, span, "span", span, 1);
  Write(files, {*ChunkOf(batch.Take())}, 10);
  const BlockPtr block = *BlockReader::Open(files, kPath);
  EXPECT_EQ(block->footer().row_groups.size(), 25u);
  PruneHints hints;
  hints.trace_ids = {IdOf<model::TraceId>(1)};
  std::vector<ScanPart> parts;
  ASSERT_TRUE(block->AppendScanParts(hints, &parts).ok());
  EXPECT_EQ(parts.size(), 25u);
}

Status Check(MemoryFileSystem& files) {
  ASSIGN_OR_RETURN(const BlockPtr block, BlockReader::Open(files, kPath));
  return CheckBlock(*block);
}

TEST(BlockTest, EveryFlippedByteIsFoundByCheckAndNeverMisread) {
  MemoryFileSystem files;
  Write(files, {*ChunkOf(RichSpans())}, 3);
  ASSERT_TRUE(Check(files).ok()) << Check(files).ToString();
  const std::string sound = files.Bytes(kPath);
  const std::vector<std::string> rows = *ReadAll(files);
  for (size_t i = 0; i < sound.size(); ++i) {
    std::string damaged = sound;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x41);
    files.SetBytes(kPath, damaged);
    const Status checked = Check(files);
    EXPECT_EQ(checked.code(), Code::kDataLoss) << i;
    EXPECT_THAT(checked.message(), testing::HasSubstr(kPath)) << i;
    const auto read = ReadAll(files);
    if (read.ok()) {
      EXPECT_EQ(*read, rows) << i;  // index, filters, catalog
    }
  }
}

TEST(BlockTest, RareKeysOfManyAreKeptTogether) {
  MemoryFileSystem files;
  SpanBatchBuilder batch;
  for (uint64_t i = 1; i <= 3 * kValueColumnsMax; ++i) {
    const std::string own = "key " + std::to_string(i);
    batch.Add(
        i, i, "name", i, 1,
        {{"frequent", model::AttributeValue::Int(1)}, {own, model::AttributeValue::String(own)}});
  }
  const ChunkPtr chunk = *ChunkOf(batch.Take());
  Write(files, {chunk}, 500);
  const BlockPtr block = *BlockReader::Open(files, kPath);
  EXPECT_LE(block->footer().columns.size(), kValueColumnsMax + 1);
  EXPECT_TRUE(CheckBlock(*block).ok()) << CheckBlock(*block).ToString();
  EXPECT_THAT(*ReadAll(files), testing::UnorderedElementsAreArray(RowsOf(chunk)));
  PruneHints hints;
  hints.any_of = {{{{Field::kAttribute, "key 2900"}, {std::string("key 2900")}}}};
  std::vector<ScanPart> parts;
  ASSERT_TRUE(block->AppendScanParts(hints, &parts).ok());
  EXPECT_GE(parts.size(), 1u);
  EXPECT_LE(parts.size(), 2u);
}

TEST(BlockTest, EveryTruncationIsReported) {
  MemoryFileSystem files;
  Write(files, {*ChunkOf(RichSpans())}, 3);
  const std::string sound = files.Bytes(kPath);
  for (size_t length = 0; length < sound.size(); length += 7) {
    files.SetBytes(kPath, sound.substr(0, length));
    EXPECT_EQ(BlockReader::Open(files, kPath).status().code(), Code::kDataLoss) << length;
  }
}

}  // namespace
}  // namespace spanhound::store
