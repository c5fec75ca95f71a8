#include "store/columns/chunk_filter.h"

#include <gtest/gtest.h>

#include "store/columns/batch_columns.h"
#include "store/columns/chunk_rows.h"
#include "store/testing/random_batch.h"

namespace spanhound::store {
namespace {

using Attributes = std::span<const model::Attribute>;

class ChunkFilterTest : public testing::Test {
 protected:
  void ExpectHeld(const Chunk& chunk, Attributes attributes) {
    for (const auto& [key, value] : attributes) {
      ++pair_count_;
      EXPECT_TRUE(chunk.filter()->MayHold(ChunkFilter::HashOf(key, model::ToText(value))))
          << key << "=" << model::ToText(value);
    }
  }

  void ExpectAllHeld(const ChunkPtr& chunk) {
    ASSERT_NE(chunk->filter(), nullptr);
    ChunkRows rows(chunk);
    for (Attributes list : **rows.LoadCells<Attributes>({Field::kAttributes})) {
      ExpectHeld(*chunk, list);
    }
    for (const auto* resource : **rows.LoadCells<const model::Resource*>({Field::kResource})) {
      ExpectHeld(*chunk, resource->attributes);
    }
    for (const auto* scope : **rows.LoadCells<const model::Scope*>({Field::kScope})) {
      ExpectHeld(*chunk, scope->attributes);
    }
    if (chunk->table == Table::kLogs) return;
    for (auto events : **rows.LoadCells<std::span<const model::SpanEvent>>({Field::kEvents})) {
      for (const model::SpanEvent& event : events) ExpectHeld(*chunk, event.attributes);
    }
    for (auto links : **rows.LoadCells<std::span<const model::SpanLink>>({Field::kLinks})) {
      for (const model::SpanLink& link : links) ExpectHeld(*chunk, link.attributes);
    }
  }

  size_t pair_count_ = 0;
};

TEST_F(ChunkFilterTest, HoldsEveryAttributeOfEveryPlace) {
  ExpectAllHeld(*ChunkOf(RichSpans()));
  for (uint64_t number = 1; number <= 60; ++number) {
    ExpectAllHeld(*ChunkOf(RandomBatch(number, 1'000'000).Spans("default")));
    ExpectAllHeld(*ChunkOf(RandomBatch(number, 1'000'000).Logs("default")));
  }
  EXPECT_GT(pair_count_, 1000u);
}

TEST_F(ChunkFilterTest, DeniesNearlyAllThatIsNotThere) {
  SpanBatchBuilder batch;
  for (uint64_t i = 0; i < 500; ++i) {
    batch.Add(1, 1 + i, "name", 5, 5,
              {{"key", model::AttributeValue::String(batch.Text("value " + std::to_string(i)))},
               {"number", model::AttributeValue::Int(static_cast<int64_t>(i))}});
  }
  const ChunkPtr chunk = *ChunkOf(batch.Take());
  size_t errors = 0;
  for (uint64_t i = 0; i < 1000; ++i) {
    for (const char* key : {"key", "number", "absent"}) {
      const std::string text = "value " + std::to_string(1000 + i);
      errors += chunk->filter()->MayHold(ChunkFilter::HashOf(key, text)) ? 1 : 0;
    }
    const std::string of_other_key = "value " + std::to_string(i % 500);
    errors += chunk->filter()->MayHold(ChunkFilter::HashOf("number", of_other_key)) ? 1 : 0;
  }
  EXPECT_LT(errors, 80u);  // of 4,000
}

TEST_F(ChunkFilterTest, NothingIsSaidOfDamage) {
  SpanBatchBuilder batch;
  batch.Add(1, 1, "name", 5, 5, {{"k", model::AttributeValue::String("v")}});
  std::string bytes = (*ChunkOf(batch.Take()))->bytes;
  const size_t at = bytes.rfind("\x01k\x01");
  ASSERT_NE(at, std::string::npos);
  bytes[at + 2] = 99;  // no type
  const auto chunk = ReadChunk(Table::kSpans, "default", bytes);
  ASSERT_TRUE(chunk.ok());
  EXPECT_EQ((*chunk)->filter(), nullptr);
}

}  // namespace
}  // namespace spanhound::store
