#include "store/columns/chunk_codec.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "store/columns/attribute_streams.h"
#include "store/columns/batch_columns.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

std::vector<std::string> Rows(const Chunk& chunk) {
  ColumnBatch batch;
  batch.row_count = chunk.row_count;
  batch.columns = chunk.columns;
  return RowsOf(batch);
}

TEST(ChunkCodecTest, EveryFieldAndTypeSurvives) {
  const std::shared_ptr<Chunk> chunk = *ColumnsOf(RichSpans());
  std::string bytes;
  AppendChunk(bytes, *chunk);
  const auto back = ReadChunk(Table::kSpans, chunk->tenant, bytes);
  ASSERT_TRUE(back.ok()) << back.status().ToString();
  EXPECT_EQ(Rows(**back), Rows(*chunk));
  const auto& attributes = chunk->cells<std::span<const model::Attribute>>(Field::kAttributes);
  const auto& read = (*back)->cells<std::span<const model::Attribute>>(Field::kAttributes);
  // Deep and by bits, which the text above does not show.
  EXPECT_TRUE(std::ranges::equal(read[0], attributes[0]));
  EXPECT_EQ((*back)->bounds.max_time, chunk->bounds.max_time);
  EXPECT_EQ((*back)->bounds.max_duration, 500u);
}

TEST(ChunkCodecTest, ParentsAreFoundAcrossLongTraces) {
  SpanBatchBuilder batch;
  for (uint64_t i = 1; i <= 100; ++i) {
    batch.Add(1, i, "span", i, 0).parent_span_id = IdOf<model::SpanId>(i / 2);
  }
  const std::shared_ptr<Chunk> chunk = *ColumnsOf(batch.Take());
  std::string bytes;
  AppendChunk(bytes, *chunk);
  EXPECT_EQ(Rows(**ReadChunk(Table::kSpans, "default", bytes)), Rows(*chunk));
}

TEST(ChunkCodecTest, EveryTruncationIsRefused) {
  SpanBatchBuilder batch;
  batch.Add(1, 1, "name", 5, 5, {{"k", model::AttributeValue::String("v")}});
  std::string bytes;
  AppendChunk(bytes, **ColumnsOf(batch.Take()));
  for (size_t length = 0; length < bytes.size(); ++length) {
    const auto back = ReadChunk(Table::kSpans, "default", bytes.substr(0, length));
    EXPECT_EQ(back.status().code(), Code::kDataLoss) << length;
  }
}

TEST(ChunkCodecTest, HostileCountsDoNotAllocate) {
  SpanBatchBuilder batch;
  batch.Add(1, 1, "name", 5, 5);
  std::string bytes;
  AppendChunk(bytes, **ColumnsOf(batch.Take()));
  std::string many_rows;
  AppendVarint(many_rows, kChunkRowsMax + 1);
  many_rows += bytes.substr(1);
  EXPECT_FALSE(ReadChunk(Table::kSpans, "default", many_rows).ok());

  // Half a megabyte that claims a million rows of 100,000 attributes each.
  constexpr size_t kRows = kChunkRowsMax;
  constexpr size_t kAttributes = 100'000;
  std::string attributes;
  AppendVarint(attributes, 1);  // one stream: key "k" of booleans
  AppendLengthPrefixed(attributes, "k");
  attributes.push_back(static_cast<char>(model::ValueType::kBool));
  AppendVarint(attributes, 1);  // one shape, of that stream again and again
  AppendVarint(attributes, kAttributes);
  attributes.append(kAttributes, '\0');
  attributes.append(2, '\0');  // every row has shape 0
  attributes.append(2, '\0');  // every value is false
  Arena arena;
  DecodeMemory memory(arena, kChunkBytesMax);
  ByteReader in(attributes);
  AttributeRows rows;
  EXPECT_FALSE(ReadAttributeRows(in, kRows, memory, &rows));
  EXPECT_LT(arena.allocated_bytes(), 1u << 20);
}

TEST(ChunkCodecTest, RowsOfNoResourceAreRefused) {
  SpanBatchBuilder batch;
  batch.Add(1, 1, "name", 5, 5).resource_index = 7;
  EXPECT_EQ(ColumnsOf(batch.Take()).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::store
