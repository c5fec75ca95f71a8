#include "store/block/block_cache.h"

#include <gtest/gtest.h>

namespace spanhound::store {
namespace {

using Kind = BlockCache::Kind;

std::shared_ptr<const void> Value(int number) { return std::make_shared<const int>(number); }

int NumberOf(const std::shared_ptr<const void>& value) {
  return *static_cast<const int*>(value.get());
}

TEST(BlockCacheTest, KeysAreOwnerKindAndColumn) {
  BlockCache cache(100);
  const uint64_t a = cache.NewOwner();
  const uint64_t b = cache.NewOwner();
  cache.Insert({a, Kind::kDictionaries, 7}, Value(1), 10);
  cache.Insert({a, Kind::kFilters, 7}, Value(2), 10);
  cache.Insert({b, Kind::kDictionaries, 7}, Value(3), 10);
  EXPECT_EQ(NumberOf(cache.Find({a, Kind::kDictionaries, 7})), 1);
  EXPECT_EQ(NumberOf(cache.Find({a, Kind::kFilters, 7})), 2);
  EXPECT_EQ(NumberOf(cache.Find({b, Kind::kDictionaries, 7})), 3);
  EXPECT_EQ(cache.misses(), 0u);
  EXPECT_EQ(cache.Find({a, Kind::kDictionaries, 8}), nullptr);
  EXPECT_EQ(cache.misses(), 1u);
  EXPECT_EQ(cache.FindKnown({a, Kind::kDictionaries, 8}), nullptr);
  EXPECT_EQ(NumberOf(cache.FindKnown({a, Kind::kDictionaries, 7})), 1);
  EXPECT_EQ(cache.misses(), 1u);
}

TEST(BlockCacheTest, WhatWasNotUsedForLongestGoesFirst) {
  BlockCache cache(30);
  for (uint32_t column = 0; column < 3; ++column) {
    cache.Insert({1, Kind::kDictionaries, column}, Value(static_cast<int>(column)), 10);
  }
  EXPECT_NE(cache.Find({1, Kind::kDictionaries, 0}), nullptr);
  cache.Insert({1, Kind::kDictionaries, 3}, Value(3), 10);
  EXPECT_NE(cache.Find({1, Kind::kDictionaries, 0}), nullptr);
  EXPECT_EQ(cache.Find({1, Kind::kDictionaries, 1}), nullptr);
  EXPECT_EQ(cache.bytes(), 30u);
}

TEST(BlockCacheTest, AValueLargerThanTheCacheStaysAlone) {
  BlockCache cache(30);
  cache.Insert({1, Kind::kEntries, 0}, Value(0), 10);
  cache.Insert({2, Kind::kEntries, 0}, Value(1), 50);
  EXPECT_EQ(cache.Find({1, Kind::kEntries, 0}), nullptr);
  EXPECT_NE(cache.Find({2, Kind::kEntries, 0}), nullptr);
  cache.Insert({1, Kind::kEntries, 0}, Value(0), 10);
  EXPECT_EQ(cache.bytes(), 10u);
}

TEST(BlockCacheTest, InsertingAgainReplaces) {
  BlockCache cache(30);
  cache.Insert({1, Kind::kEntries, 0}, Value(1), 10);
  const auto held = cache.Find({1, Kind::kEntries, 0});
  cache.Insert({1, Kind::kEntries, 0}, Value(2), 20);
  EXPECT_EQ(NumberOf(cache.Find({1, Kind::kEntries, 0})), 2);
  EXPECT_EQ(NumberOf(held), 1);
  EXPECT_EQ(cache.bytes(), 20u);
}

TEST(BlockCacheTest, AnOwnerIsForgotten) {
  BlockCache cache(100);
  cache.Insert({1, Kind::kEntries, 0}, Value(1), 10);
  cache.Insert({2, Kind::kEntries, 0}, Value(2), 10);
  cache.Forget(1);
  EXPECT_EQ(cache.Find({1, Kind::kEntries, 0}), nullptr);
  EXPECT_NE(cache.Find({2, Kind::kEntries, 0}), nullptr);
  EXPECT_EQ(cache.bytes(), 10u);
}

}  // namespace
}  // namespace spanhound::store
