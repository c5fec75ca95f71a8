#include "store/attribute_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "store/columns/batch_columns.h"
#include "store/columns/chunk_rows.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

using model::AttributeValue;
using testing::ElementsAre;
using testing::IsEmpty;

class AttributeValuesTest : public testing::Test {
 protected:
  std::vector<std::string> Count(model::SpanBatch batch, Column attribute,
                                 std::string prefix = "") {
    auto chunk = ChunkOf(batch);
    if (!chunk.ok()) return {chunk.status().ToString()};
    ChunkRows rows(*chunk);
    AttributeValues values(std::move(attribute), std::move(prefix), budget_);
    if (Status added = values.AddRows(rows); !added.ok()) return {added.ToString()};
    std::vector<std::string> lines;
    for (const AttributeValueEntry& entry : values.MostFrequent(SIZE_MAX).entries) {
      lines.push_back(entry.text + " " + std::to_string(entry.count));
    }
    return lines;
  }

  ListingBudget budget_;
};

TEST_F(AttributeValuesTest, ValuesOfEveryTypeAndPlace) {
  const auto own = [](const char* key) { return Column{Field::kAttribute, key}; };
  EXPECT_THAT(Count(RichSpans(), own("text")), ElementsAre("value 1"));  // the first of two
  EXPECT_THAT(Count(RichSpans(), own("empty")), ElementsAre(" 1"));
  EXPECT_THAT(Count(RichSpans(), own("bytes")), ElementsAre("AP8B 1"));
  EXPECT_THAT(Count(RichSpans(), own("yes")), ElementsAre("true 1"));
  EXPECT_THAT(Count(RichSpans(), own("none")), IsEmpty());
  EXPECT_THAT(Count(RichSpans(), {Field::kResourceAttribute, "service.name"}),
              ElementsAre("rich 4"));
  EXPECT_THAT(Count(RichSpans(), {Field::kScopeAttribute, "scope.key"}), ElementsAre("s 1"));
  EXPECT_THAT(Count(RichSpans(), {Field::kEventAttribute, "code"}), ElementsAre("5 1"));
  EXPECT_THAT(Count(RichSpans(), {Field::kLinkAttribute, "why"}), ElementsAre("false 1"));
  EXPECT_TRUE(budget_.is_complete);
  EXPECT_THAT(Count(RichSpans(), own("huge")), IsEmpty());  // too long to complete
  EXPECT_FALSE(budget_.is_complete);
}

TEST_F(AttributeValuesTest, MostFrequentFirstByPrefix) {
  const auto batch = [] {
    SpanBatchBuilder batch;
    for (int i = 0; i < 9; ++i) {
      batch.Add(1, i + 1, "span", i, 0, {{"n", AttributeValue::Int(100 + i % 4)}});
    }
    return batch.Take();
  };
  EXPECT_THAT(Count(batch(), {Field::kAttribute, "n"}),
              ElementsAre("100 3", "101 2", "102 2", "103 2"));
  EXPECT_THAT(Count(batch(), {Field::kAttribute, "n"}, "102"), ElementsAre("102 2"));
}

TEST_F(AttributeValuesTest, ManyValuesStayWithinTheBudget) {
  budget_.bytes_left = 1 << 20;
  SpanBatchBuilder batch;
  for (int i = 0; i < 50'000; ++i) {
    batch.Add(1, i + 1, "span", i, 0,
              {{"id", AttributeValue::String("uuid-" + std::to_string(i))}});
  }
  EXPECT_LT(Count(batch.Take(), {Field::kAttribute, "id"}).size(), (1 << 20) / kListingEntryBytes);
  EXPECT_FALSE(budget_.is_complete);
}

}  // namespace
}  // namespace spanhound::store
