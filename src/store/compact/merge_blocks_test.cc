#include "store/compact/merge_blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/columns/batch_columns.h"
#include "store/testing/memory_file_system.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::vector<std::string> Rows(const BlockReader& block, size_t group,
                              const std::vector<Column>& columns) {
  auto rows = block.OpenRows(group);
  if (!rows.ok()) return {rows.status().ToString()};
  ColumnBatch batch;
  batch.row_count = (*rows)->row_count();
  for (const Column& column : columns) {
    auto data = (*rows)->Load(column);
    if (!data.ok()) return {data.status().ToString()};
    batch.columns.push_back(**data);
  }
  return RowsOf(batch);
}

class MergeBlocksTest : public testing::Test {
 protected:
  // Every batch as a block of its own.
  template <typename... Batches>
  std::vector<BlockPtr> BlocksOf(Batches... batches) {
    std::vector<BlockPtr> blocks;
    (blocks.push_back(BlockOf(std::move(batches))), ...);
    return blocks;
  }

  template <typename Batch>
  BlockPtr BlockOf(Batch batch) {
    const std::string path = "/blocks/" + std::to_string(++block_count_);
    auto file = files_.Create(path).value();
    const std::vector<ChunkPtr> chunks = {*ChunkOf(batch)};
    EXPECT_TRUE(WriteBlock(*file, chunks, 4).ok());
    return *BlockReader::Open(files_, path);
  }

  BlockPtr Merge(const std::vector<BlockPtr>& blocks, size_t row_group_rows = 100) {
    auto file = files_.Create("/blocks/merged").value();
    auto summary = MergeBlocks(*file, blocks, row_group_rows, cancelled_);
    EXPECT_TRUE(summary.ok()) << summary.status().ToString();
    BlockPtr merged = *BlockReader::Open(files_, "/blocks/merged");
    EXPECT_EQ(summary->row_count, merged->footer().row_count);
    EXPECT_EQ(summary->file_bytes, files_.Bytes("/blocks/merged").size());
    EXPECT_EQ(summary->bounds.min_time, merged->footer().bounds.min_time);
    EXPECT_EQ(summary->bounds.max_time, merged->footer().bounds.max_time);
    return merged;
  }

  MemoryFileSystem files_;
  std::atomic<bool> cancelled_ = false;
  int block_count_ = 0;
};

model::SpanBatch ManyTraces(uint64_t first_trace, uint64_t count) {
  SpanBatchBuilder batch;
  for (uint64_t trace = first_trace; trace < first_trace + count; ++trace) {
    batch.Add(trace, trace * 10, "root", trace * 100, 50);
    batch.Add(trace, trace * 10 + 1, "child", trace * 100 + 1, 10);
  }
  return batch.Take();
}

TEST_F(MergeBlocksTest, LateSpanLiesBesideItsTrace) {
  SpanBatchBuilder late;
  late.Add(3, 777, "late", 390, 5);
  const BlockPtr merged = Merge(BlocksOf(ManyTraces(1, 20), late.Take()), 2);
  PruneHints hints;
  hints.trace_ids = {IdOf<model::TraceId>(3)};
  std::vector<ScanPart> parts;
  ASSERT_TRUE(merged->AppendScanParts(hints, &parts).ok());
  ASSERT_THAT(parts, SizeIs(1));  // one row group has the whole trace
  auto rows = parts[0].open().value();
  const auto& names = **rows->LoadCells<std::string_view>({Field::kName});
  const auto& traces = **rows->LoadCells<model::TraceId>({Field::kTraceId});
  std::vector<std::string_view> of_trace;
  for (size_t i = 0; i < names.size(); ++i) {
    if (traces[i] == IdOf<model::TraceId>(3)) of_trace.push_back(names[i]);
  }
  EXPECT_THAT(of_trace, ElementsAre("root", "child", "late"));
}

TEST_F(MergeBlocksTest, RowsAreInTheOrderOfABlock) {
  const BlockPtr merged = Merge(BlocksOf(ManyTraces(20, 10), ManyTraces(1, 30)), 8);
  uint64_t last_start = 0;
  uint64_t row_count = 0;
  for (size_t group = 0; group < merged->footer().row_groups.size(); ++group) {
    auto rows = merged->OpenRows(group).value();
    const auto& times = **rows->LoadCells<uint64_t>({Field::kTime});
    for (uint64_t time : times) EXPECT_GT(time, std::exchange(last_start, time));
    row_count += times.size();
  }
  EXPECT_EQ(row_count, 60u);  // traces 20-29 came twice, as retries
  EXPECT_EQ(merged->footer().row_groups.size(), 8u);
}

TEST_F(MergeBlocksTest, EqualSpansAreKeptOnce) {
  const std::vector<BlockPtr> blocks = BlocksOf(RichSpans(), RichSpans(), RichSpans());
  std::vector<Column> columns;
  for (const StoredColumn& column : StoredColumns(Table::kSpans)) columns.push_back({column.field});
  const BlockPtr merged = Merge(blocks);
  EXPECT_EQ(Rows(*merged, 0, columns), Rows(*blocks[0], 0, columns));
}

// Files with each read of which a cache forgets: as if questions filled it meanwhile.
class ForgetfulFiles : public MemoryFileSystem {
 public:
  Result<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) override {
    ASSIGN_OR_RETURN(auto file, MemoryFileSystem::Open(path));
    return std::unique_ptr<RandomAccessFile>(new Reader(std::move(file), *cache_));
  }
  const std::shared_ptr<BlockCache>& cache() const { return cache_; }

 private:
  class Reader : public RandomAccessFile {
   public:
    Reader(std::unique_ptr<RandomAccessFile> file, BlockCache& cache)
        : file_(std::move(file)), cache_(cache) {}
    uint64_t size_bytes() const override { return file_->size_bytes(); }
    Status Read(uint64_t offset, size_t count, char* out) const override {
      cache_.Insert({0, BlockCache::Kind::kEntries, 0}, std::make_shared<int>(), 2);
      return file_->Read(offset, count, out);
    }

   private:
    const std::unique_ptr<RandomAccessFile> file_;
    BlockCache& cache_;
  };

  const std::shared_ptr<BlockCache> cache_ = std::make_shared<BlockCache>(1);
};

TEST(MergeBlocksWithoutCacheTest, RowsKeepTheirResources) {
  ForgetfulFiles files;
  std::vector<BlockPtr> blocks;
  for (const char* service : {"first", "second"}) {
    SpanBatchBuilder batch;
    batch.Service("other").Add(1, 1, "span", 100, 5);
    batch.Service(service).Add(2, blocks.size() + 1, "span", 200, 5);
    const std::string path = std::string("/blocks/") + service;
    auto file = files.Create(path).value();
    const std::vector<ChunkPtr> chunks = {*ChunkOf(batch.Take())};
    ASSERT_TRUE(WriteBlock(*file, chunks, 4).ok());
    blocks.push_back(BlockReader::Open(files, path, files.cache()).value());
  }
  auto file = files.Create("/blocks/merged").value();
  const std::atomic<bool> cancelled = false;
  ASSERT_TRUE(MergeBlocks(*file, blocks, 100, cancelled).ok());
  const BlockPtr merged = BlockReader::Open(files, "/blocks/merged").value();
  const auto rows = merged->OpenRows(0).value();
  std::vector<std::string> services;
  for (const model::Resource* resource :
       **rows->LoadCells<const model::Resource*>({Field::kResource})) {
    services.emplace_back(resource->service_name());
  }
  EXPECT_THAT(services, ElementsAre("other", "first", "second"));
}

TEST_F(MergeBlocksTest, EqualIdsWithOtherContentAreKept) {
  SpanBatchBuilder first;
  first.Add(1, 1, "span", 100, 5, {{"k", model::AttributeValue::Int(1)}});
  first.Add(1, 1, "span", 100, 5, {{"k", model::AttributeValue::Int(1)}});  // in one block, too
  SpanBatchBuilder second;
  second.Add(1, 1, "span", 100, 5, {{"k", model::AttributeValue::Int(2)}});
  second.Add(1, 1, "span", 100, 6, {{"k", model::AttributeValue::Int(1)}});
  SpanBatchBuilder third;
  third.Service("other").Add(1, 1, "span", 100, 5, {{"k", model::AttributeValue::Int(1)}});
  const BlockPtr merged = Merge(BlocksOf(first.Take(), second.Take(), third.Take()));
  EXPECT_THAT(
      Rows(*merged, 0, {{Field::kServiceName}, {Field::kDuration}, {Field::kAttribute, "k"}}),
      testing::UnorderedElementsAre("'shop' 5 3:'1' ", "'shop' 5 3:'2' ", "'shop' 6 3:'1' ",
                                    "'other' 5 3:'1' "));
}

TEST_F(MergeBlocksTest, EqualLogLinesAreTwoEvents) {
  const auto lines = [] {
    model::LogBatch batch;
    batch.resources.emplace_back();
    batch.scopes.emplace_back();
    model::LogRecord& record = batch.records.emplace_back();
    record.time_unix_nanos = 5;
    record.body = model::AttributeValue::String("again");
    return batch;
  };
  const BlockPtr merged = Merge(BlocksOf(lines(), lines()));
  EXPECT_EQ(merged->footer().table, Table::kLogs);
  EXPECT_THAT(Rows(*merged, 0, {{Field::kBody}}), ElementsAre("1:'again' ", "1:'again' "));
}

TEST_F(MergeBlocksTest, FooterTellsOfAllRows) {
  SpanBatchBuilder first;
  first.Service("cart").Add(1, 1, "add", 100, 7);
  first.Add(1, 2, "add", 150, 7);
  SpanBatchBuilder second;
  second.Service("auth").Add(2, 3, "login", 50, 1);
  second.Service("cart").Add(2, 4, "add", 60, 30);
  second.Add(1, 1, "add", 100, 7);  // a retry counts once
  const BlockPtr merged = Merge(BlocksOf(first.Take(), second.Take()));
  const BlockFooter& footer = merged->footer();
  EXPECT_EQ(footer.tenant, model::kDefaultTenant);
  EXPECT_EQ(footer.row_count, 4u);
  EXPECT_EQ(footer.bounds.min_time, 50u);
  EXPECT_EQ(footer.bounds.max_time, 150u);
  EXPECT_EQ(footer.bounds.min_duration, 1u);
  EXPECT_EQ(footer.bounds.max_duration, 30u);
  Catalog catalog;
  ASSERT_TRUE(merged->AddTo(catalog).ok());
  EXPECT_THAT(catalog.Services().entries, ElementsAre("auth", "cart"));
  ASSERT_THAT(catalog.Operations("cart").entries, SizeIs(1));
  EXPECT_EQ(catalog.Operations("cart").entries[0].span_count, 3u);
}

TEST_F(MergeBlocksTest, DamagedBlockIsNamed) {
  const std::vector<BlockPtr> blocks = BlocksOf(ManyTraces(1, 5), ManyTraces(6, 5));
  std::string damaged = files_.Bytes("/blocks/2");
  for (size_t i = 8; i < damaged.size() / 2; ++i) damaged[i] = static_cast<char>(~damaged[i]);
  files_.SetBytes("/blocks/2", damaged);
  const BlockPtr reopened = *BlockReader::Open(files_, "/blocks/2");
  auto file = files_.Create("/blocks/merged").value();
  const auto merged = MergeBlocks(*file, std::vector{blocks[0], reopened}, 100, cancelled_);
  EXPECT_EQ(merged.status().code(), Code::kDataLoss);
  EXPECT_THAT(merged.status().message(), HasSubstr("/blocks/2"));
}

TEST_F(MergeBlocksTest, FullDiskIsReported) {
  const std::vector<BlockPtr> blocks = BlocksOf(ManyTraces(1, 50), ManyTraces(6, 50));
  auto file = files_.Create("/blocks/merged").value();
  files_.SetCapacity(files_.used_bytes() + 100);
  const auto merged = MergeBlocks(*file, blocks, 100, cancelled_);
  EXPECT_EQ(merged.status().code(), Code::kResourceExhausted);
}

TEST_F(MergeBlocksTest, StopsWhenCancelled) {
  const std::vector<BlockPtr> blocks = BlocksOf(ManyTraces(1, 5), ManyTraces(6, 5));
  auto file = files_.Create("/blocks/merged").value();
  cancelled_ = true;
  const auto merged = MergeBlocks(*file, blocks, 100, cancelled_);
  EXPECT_EQ(merged.status().code(), Code::kCancelled);
}

}  // namespace
}  // namespace spanhound::store
