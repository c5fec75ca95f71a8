#include "record_store.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

namespace spanhound::sdk {
namespace {

std::string RecordOf(std::size_t number) {
  return std::string(number * 7919 % 3000, static_cast<char>('a' + number % 26));
}

TEST(RecordStoreTest, WhatIsNotDroppedStays) {
  RecordStore store;
  std::deque<std::string_view> kept;
  std::size_t oldest = 0;
  for (std::size_t i = 0; i < 5000; ++i) {
    kept.push_back(store.Add(RecordOf(i)));
    if (i % 97 != 0) continue;
    const std::size_t drop = kept.size() * (i % 3) / 2;  // none, half or all
    for (std::size_t each = 0; each < drop; ++each, ++oldest) {
      ASSERT_EQ(kept.front(), RecordOf(oldest));
      kept.pop_front();
    }
    store.DropOldest(drop);
  }
  for (const std::string_view each : kept) ASSERT_EQ(each, RecordOf(oldest++));
}

TEST(RecordStoreTest, RecordsMayBeLargerThanAPiece) {
  RecordStore store;
  const std::string small = "small", large(3 * kRecordPieceBytes, 'x');
  const std::string_view first = store.Add(small), second = store.Add(large),
                         third = store.Add(small);
  EXPECT_EQ(first, small);
  EXPECT_EQ(second, large);
  store.DropOldest(2);
  EXPECT_EQ(third, small);
  store.DropOldest(1);
  EXPECT_EQ(store.Add(large), large);
}

// A queue that is emptied again and again does not grow, nor ask for memory.
TEST(RecordStoreTest, MemoryIsUsedAgain) {
  RecordStore store;
  const char* const memory = store.Add("one").data();
  store.DropOldest(1);
  EXPECT_EQ(store.Add("two").data(), memory);
}

}  // namespace
}  // namespace spanhound::sdk
