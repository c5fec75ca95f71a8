#include "byte_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

namespace spanhound::sdk {
namespace {

void Append(ByteBuffer* buffer, std::string_view text) {
  buffer->EndAt(std::copy(text.begin(), text.end(), buffer->Room(text.size())));
}

TEST(ByteBufferTest, KeepsItsBytesWhenItLeavesTheFirstMemory) {
  std::array<char, 8> first;
  ByteBuffer buffer(first);
  std::string expected;
  for (char c = 'a'; c <= 'z'; ++c) {
    const std::string piece(static_cast<std::size_t>(c - 'a') * 50, c);
    Append(&buffer, piece);
    expected += piece;
    ASSERT_EQ(buffer.view(), expected);
    EXPECT_EQ(buffer.data() == first.data(), buffer.size() <= first.size());
  }
}

TEST(ByteBufferTest, NeedsNoFirstMemory) {
  ByteBuffer buffer;
  EXPECT_EQ(buffer.view(), "");
  Append(&buffer, "");
  EXPECT_EQ(buffer.view(), "");
  Append(&buffer, "abc");
  EXPECT_EQ(buffer.view(), "abc");
}

TEST(ByteBufferTest, RoomThatIsNotUsedDoesNotCount) {
  ByteBuffer buffer;
  Append(&buffer, "abc");
  buffer.Room(5000);
  EXPECT_EQ(buffer.view(), "abc");
}

TEST(ByteBufferTest, WhatIsBehindMovesUp) {
  ByteBuffer buffer;
  Append(&buffer, "abcdefg");
  buffer.Erase(1, 3);
  EXPECT_EQ(buffer.view(), "aefg");
  buffer.Erase(3, 1);
  EXPECT_EQ(buffer.view(), "aef");
  buffer.Truncate(1);
  EXPECT_EQ(buffer.view(), "a");
}

}  // namespace
}  // namespace spanhound::sdk
