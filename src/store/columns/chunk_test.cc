#include "store/columns/chunk.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "store/columns/attribute_streams.h"
#include "store/columns/batch_columns.h"
#include "store/columns/chunk_rows.h"
#include "store/testing/chunk_text.h"

namespace spanhound::store {
namespace {

TEST(ChunkTest, EveryFieldAndTypeSurvives) {
  const model::SpanBatch batch = RichSpans();
  const ChunkPtr chunk = *ChunkOf(batch);
  ASSERT_EQ(chunk->row_count, batch.spans.size());
  EXPECT_EQ(chunk->bounds.max_time, 1'000'200u);
  EXPECT_EQ(chunk->bounds.max_duration, 500u);
  ChunkRows rows(chunk);
  const auto& attributes =
      **rows.LoadCells<std::span<const model::Attribute>>({Field::kAttributes});
  const auto& names = **rows.LoadCells<std::string_view>({Field::kName});
  const auto& ends = **rows.LoadCells<uint64_t>({Field::kEndTime});
  const auto& parents = **rows.LoadCells<model::SpanId>({Field::kParentSpanId});
  const auto& scopes = **rows.LoadCells<const model::Scope*>({Field::kScope});
  const auto& resources = **rows.LoadCells<const model::Resource*>({Field::kResource});
  const auto& events = **rows.LoadCells<std::span<const model::SpanEvent>>({Field::kEvents});
  const auto& links = **rows.LoadCells<std::span<const model::SpanLink>>({Field::kLinks});
  for (size_t i = 0; i < batch.spans.size(); ++i) {
    const model::Span& span = batch.spans[i];
    EXPECT_TRUE(std::ranges::equal(attributes[i], span.attributes)) << i;
    EXPECT_EQ(names[i], span.name);
    EXPECT_EQ(ends[i], span.end_unix_nanos);
    EXPECT_EQ(parents[i], span.parent_span_id);
    EXPECT_EQ(*scopes[i], batch.scope_of(span));
    EXPECT_EQ(*resources[i], batch.resource_of(span));
    EXPECT_EQ(events[i].size(), span.events.size());
    EXPECT_EQ(links[i].size(), span.links.size());
  }
}

TEST(ChunkTest, ReadsBackWhatWasEncoded) {
  const ChunkPtr chunk = *ChunkOf(RichSpans());
  const auto back = ReadChunk(Table::kSpans, chunk->tenant, chunk->bytes);
  ASSERT_TRUE(back.ok()) << back.status().ToString();
  EXPECT_EQ(RowsOf(*back), RowsOf(chunk));
}

TEST(ChunkTest, ColumnsOfDefaultsTakeNoBytes) {
  SpanBatchBuilder batch;
  batch.Add(1, 1, "name", 5, 5);
  const ChunkPtr chunk = *ChunkOf(batch.Take());
  for (Field field : {Field::kFlags, Field::kLinks, Field::kTraceState, Field::kAttributes,
                      Field::kParentSpanId, Field::kDroppedEventsCount}) {
    EXPECT_TRUE(chunk->column(field).empty());
  }
  EXPECT_EQ(RowsOf(chunk).size(), 1u);
}

TEST(ChunkTest, ParentsAreFoundAcrossLongTraces) {
  SpanBatchBuilder batch;
  for (uint64_t i = 1; i <= 100; ++i) {
    batch.Add(1, i, "span", i, 0).parent_span_id = IdOf<model::SpanId>(i / 2);
  }
  ChunkRows rows(*ChunkOf(batch.Take()));
  const auto& parents = **rows.LoadCells<model::SpanId>({Field::kParentSpanId});
  for (uint64_t i = 1; i <= 100; ++i) EXPECT_EQ(parents[i - 1], IdOf<model::SpanId>(i / 2));
}

TEST(ChunkTest, EveryTruncationIsRefused) {
  SpanBatchBuilder batch;
  batch.Add(1, 1, "name", 5, 5, {{"k", model::AttributeValue::String("v")}});
  const std::string bytes = (*ChunkOf(batch.Take()))->bytes;
  for (size_t length = 0; length < bytes.size(); ++length) {
    const auto back = ReadChunk(Table::kSpans, "default", bytes.substr(0, length));
    EXPECT_EQ(back.status().code(), Code::kDataLoss) << length;
  }
}

TEST(ChunkTest, HostileCountsDoNotAllocate) {
  SpanBatchBuilder batch;
  batch.Add(1, 1, "name", 5, 5);
  const std::string bytes = (*ChunkOf(batch.Take()))->bytes;
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
  attributes.append(2, '\0');                              // every row has shape 0
  AppendLengthPrefixed(attributes, std::string(2, '\0'));  // every value is false
  Arena arena;
  DecodeMemory memory(arena, kChunkBytesMax);
  ByteReader in(attributes);
  AttributeRows rows;
  EXPECT_FALSE(ReadAttributeRows(in, kRows, memory, &rows));
  EXPECT_LT(arena.allocated_bytes(), 1u << 20);
}

TEST(ChunkTest, RowsOfNoResourceAreRefused) {
  SpanBatchBuilder batch;
  batch.Add(1, 1, "name", 5, 5).resource_index = 7;
  EXPECT_EQ(ChunkOf(batch.Take()).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::store
