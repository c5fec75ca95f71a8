#include "base/arena.h"

#include <gtest/gtest.h>

namespace spanhound {
namespace {

TEST(Arena, KeepsEveryCopyIntactAcrossBlocks) {
  Arena arena;
  std::vector<std::string_view> copies;
  for (int i = 0; i < 10000; ++i) copies.push_back(arena.Copy(std::to_string(i)));
  for (int i = 0; i < 10000; ++i) EXPECT_EQ(copies[i], std::to_string(i));
}

TEST(Arena, AlignsAndServesBlocksLargerThanItsOwn) {
  Arena arena;
  arena.Copy("x");
  auto doubles = arena.AllocateArray<double>(1 << 20);
  EXPECT_EQ(reinterpret_cast<size_t>(doubles.data()) % alignof(double), 0u);
  doubles.back() = 1.5;
  EXPECT_GE(arena.allocated_bytes(), doubles.size_bytes());
}

TEST(Arena, MoveKeepsTheMemory) {
  Arena from;
  std::string_view text = from.Copy("still here");
  Arena to = std::move(from);
  EXPECT_EQ(text, "still here");
  EXPECT_GT(to.allocated_bytes(), 0u);
}

TEST(Arena, AbsorbsAnotherAndGoesOn) {
  Arena arena, other;
  const std::string_view own = arena.Copy("own");
  const std::string_view taken = other.Copy("taken");
  const size_t bytes = arena.allocated_bytes() + other.allocated_bytes();
  arena.Absorb(std::move(other));
  EXPECT_EQ(arena.allocated_bytes(), bytes);
  EXPECT_EQ(other.allocated_bytes(), 0u);
  EXPECT_EQ(other.Copy("used again"), "used again");
  EXPECT_EQ(arena.Copy("more"), "more");
  EXPECT_EQ(arena.allocated_bytes(), bytes);
  EXPECT_EQ(own, "own");
  EXPECT_EQ(taken, "taken");
}

}  // namespace
}  // namespace spanhound
