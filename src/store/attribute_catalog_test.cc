#include "store/attribute_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "store/columns/batch_columns.h"
#include "store/columns/chunk_rows.h"
#include "store/testing/test_data.h"

namespace spanhound::store {
namespace {

using model::ValueType;
using testing::ElementsAre;

std::vector<std::string> Lines(const Listing<AttributeKeyEntry>& listing) {
  std::vector<std::string> lines;
  for (const AttributeKeyEntry& entry : listing.entries) {
    lines.push_back(entry.key + " " + std::to_string(static_cast<int>(entry.type)) + " " +
                    std::to_string(entry.count));
  }
  return lines;
}

TEST(AttributeCatalogTest, EveryAttributeOfEveryPlaceCounts) {
  auto chunk = ChunkOf(RichSpans());
  ASSERT_TRUE(chunk.ok());
  ChunkRows rows(*chunk);
  ListingBudget budget;
  AttributeCatalog all(std::nullopt, "", budget);
  ASSERT_TRUE(all.AddRows(rows).ok());
  // Of its own "none" has no value and "text" has two types.
  EXPECT_THAT(Lines(all.MostFrequent(SIZE_MAX)),
              ElementsAre("service.name 1 4", "array 6 1", "bytes 5 1", "code 3 1", "double 4 1",
                          "empty 1 1", "huge 1 1", "int 3 1", "list 7 1", "scope.key 1 1",
                          "text 1 1", "text 3 1", "why 2 1", "yes 2 1"));
  AttributeCatalog some(Field::kAttribute, "e", budget);
  ASSERT_TRUE(some.AddRows(rows).ok());
  EXPECT_THAT(Lines(some.MostFrequent(SIZE_MAX)), ElementsAre("empty 1 1"));
}

TEST(AttributeCatalogTest, LimitCutsTheListAndNotTheTotal) {
  ListingBudget budget;
  AttributeCatalog keys(std::nullopt, "", budget);
  keys.Add(Field::kAttribute, "b", ValueType::kInt, 2);
  keys.Add(Field::kAttribute, "a", ValueType::kInt, 1);
  keys.Add(Field::kResourceAttribute, "c", ValueType::kInt, 3);
  const auto listing = keys.MostFrequent(2);
  EXPECT_THAT(Lines(listing), ElementsAre("c 3 3", "b 3 2"));
  EXPECT_EQ(listing.total, 3u);
  EXPECT_TRUE(listing.is_complete);
}

TEST(AttributeCatalogTest, AMillionKeysStayWithinTheBudget) {
  ListingBudget budget;
  AttributeCatalog keys(std::nullopt, "", budget);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 1'000'000; ++i) {
      keys.Add(Field::kAttribute, "key." + std::to_string(i), ValueType::kString, 1);
    }
  }
  const auto listing = keys.MostFrequent(SIZE_MAX);
  EXPECT_FALSE(listing.is_complete);
  EXPECT_LT(listing.total, kListingBytesMax / kListingEntryBytes);
  EXPECT_GT(listing.total, 100'000u);
  EXPECT_EQ(listing.entries.back().count, 2u);  // known ones went on being counted
}

}  // namespace
}  // namespace spanhound::store
