#include "store/directory_statistics.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "store/testing/watched_store.h"

namespace spanhound::store {
namespace {

class DirectoryStatisticsTest : public testing::Test {
 protected:
  DirectoryStatisticsTest() {
    SetLogLevel(LogLevel::kSilent);
    EXPECT_TRUE(watched_.Open().ok());
  }
  ~DirectoryStatisticsTest() override { SetLogLevel(LogLevel::kInfo); }

  DirectoryStatistics Read() {
    auto statistics = ReadDirectoryStatistics(files_, "/data");
    EXPECT_TRUE(statistics.ok()) << statistics.status().ToString();
    return statistics.ok() ? *statistics : DirectoryStatistics();
  }

  uint64_t RowsOf(const std::string& tenant, Table table) {
    ScanRequest request;
    request.tenant = tenant;
    request.table = table;
    return ScanExactRows(watched_.store(), request)->size();
  }

  MemoryFileSystem files_;
  WatchedStore watched_{files_};
};

TEST_F(DirectoryStatisticsTest, ColumnsAndPartsAccountForEveryByte) {
  for (uint64_t first = 1; first < 60; first += 10) {
    (void)watched_.Append({first, first + 1, first + 2, first + 3, first + 4});
    ASSERT_TRUE(watched_.Flush().ok());
  }
  const DirectoryStatistics statistics = Read();
  uint64_t all_bytes = 0;
  for (const auto& [name, table] : statistics.tables) {
    uint64_t bytes = 0;
    for (const auto& [id, column] : table.columns) bytes += column.bytes();
    for (const auto& [part, part_bytes] : table.parts) {
      EXPECT_LE(part_bytes, table.bytes) << part;
      bytes += part_bytes;
    }
    EXPECT_EQ(bytes, table.bytes) << name;
    all_bytes += bytes;
  }
  uint64_t file_bytes = 0;
  for (const std::string& path : files_.Paths()) {
    if (path.ends_with(".blk")) file_bytes += files_.Bytes(path).size();
  }
  EXPECT_EQ(all_bytes, file_bytes);
}

TEST_F(DirectoryStatisticsTest, TenantsHaveTheirRowsInBlocksAndLog) {
  (void)watched_.Append({1, 2, 3, 5});
  ASSERT_TRUE(watched_.Flush().ok());
  const uint64_t in_blocks = RowsOf("default", Table::kSpans);
  (void)watched_.Append({4, 6});
  const DirectoryStatistics statistics = Read();
  const TenantStatistics& spans = statistics.tenants.at({"default", "spans"});
  EXPECT_EQ(spans.blocks, 1u);
  EXPECT_EQ(spans.block_rows, in_blocks);
  EXPECT_EQ(spans.block_rows + spans.log_rows, RowsOf("default", Table::kSpans));
  const TenantStatistics& logs = statistics.tenants.at({"default", "logs"});
  EXPECT_EQ(logs.block_rows + logs.log_rows, RowsOf("default", Table::kLogs));
  EXPECT_EQ(statistics.tenants.at({"other", "spans"}).block_rows, RowsOf("other", Table::kSpans));
  EXPECT_EQ(statistics.log_segments, 1u);
  EXPECT_EQ(statistics.manifest_bytes, files_.Bytes("/data/MANIFEST").size());
}

TEST_F(DirectoryStatisticsTest, ColumnsSayWhatTheyHoldAndHow) {
  SpanBatchBuilder builder;
  const auto text = [](std::string_view value) { return model::AttributeValue::String(value); };
  for (uint64_t i = 0; i < 40; ++i) {
    builder.Add(1 + i / 4, i + 1, i % 2 == 0 ? "GET" : "PUT", 1'000'000 + 1000 * i, 5'000 + i,
                {{"method", text(i % 2 == 0 ? "get" : "put")},
                 {"id", text("unlike any other value " + std::to_string(i))},
                 {"n", model::AttributeValue::Int(7)}});
  }
  ASSERT_TRUE(AppendAndWait(watched_.store(), builder.Take()).ok());
  ASSERT_TRUE(watched_.Flush().ok());
  const DirectoryStatistics statistics = Read();
  const TableStatistics& spans = statistics.tables.at("spans");
  EXPECT_EQ(spans.rows, 40u);
  EXPECT_EQ(spans.traces, 10u);
  EXPECT_EQ(statistics.blocks.size(), 1u);
  EXPECT_EQ(statistics.blocks[0].min_unix_nanos, 1'000'000u);
  EXPECT_EQ(statistics.blocks[0].traces, 10u);

  const ColumnStatistics& method = spans.columns.at({"attribute", "method", "string"});
  EXPECT_EQ(method.values, 40u);
  EXPECT_EQ(method.dictionary_entries, 2u);
  EXPECT_GT(method.dictionary_bytes, 0u);
  EXPECT_TRUE(method.encodings.contains("codes, packed"));
  const ColumnStatistics& id = spans.columns.at({"attribute", "id", "string"});
  EXPECT_EQ(id.dictionary_entries, 0u);
  EXPECT_TRUE(id.encodings.contains("text, zstd"));
  EXPECT_GT(id.filter_bytes, 0u);
  EXPECT_TRUE(spans.columns.at({"attribute", "n", "int"}).encodings.contains("one code"));
  EXPECT_TRUE(spans.columns.at({"span_id", "", ""}).encodings.contains("ids, plain"));
  EXPECT_TRUE(spans.columns.at({"time", "", ""}).encodings.contains("distances, packed"));
  EXPECT_TRUE(spans.columns.at({"resource", "", ""}).encodings.contains("codes, constant"));
  for (const auto& [column_id, column] : spans.columns) {
    EXPECT_FALSE(column.encodings.contains("unknown")) << column_id.name << column_id.key;
  }
}

TEST_F(DirectoryStatisticsTest, SaysWhenThereIsNoStoreAndWhichFileIsDamaged) {
  MemoryFileSystem nothing;
  EXPECT_EQ(ReadDirectoryStatistics(nothing, "/data").status().code(), Code::kNotFound);
  (void)watched_.Append({1});
  ASSERT_TRUE(watched_.Flush().ok());
  const std::string path = "/data/blocks/0000000000000001.blk";
  files_.SetBytes(path, files_.Bytes(path).substr(1));
  const Status status = ReadDirectoryStatistics(files_, "/data").status();
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_TRUE(status.message().starts_with(path)) << status.message();
}

}  // namespace
}  // namespace spanhound::store
