#include "cli/column_text.h"

#include <gtest/gtest.h>

namespace spanhound::cli {
namespace {

TEST(ColumnText, CountsWhatATerminalShows) {
  EXPECT_EQ(ColumnCount(""), 0u);
  EXPECT_EQ(ColumnCount("GET /"), 5u);
  EXPECT_EQ(ColumnCount("é"), 1u);
  EXPECT_EQ(ColumnCount("e\u0301"), 1u);
  EXPECT_EQ(ColumnCount("查询"), 4u);
  EXPECT_EQ(ColumnCount("한글"), 4u);
  EXPECT_EQ(ColumnCount("\U0001f600"), 2u);
  EXPECT_EQ(ColumnCount("├─ "), 3u);
  EXPECT_EQ(ColumnCount("█▌"), 2u);
}

TEST(ColumnText, CutsAtCharacters) {
  EXPECT_EQ(CutToColumns("abcdef", 6), "abcdef");
  EXPECT_EQ(CutToColumns("abcdef", 5), "abcd…");
  EXPECT_EQ(CutToColumns("abcdef", 1), "…");
  EXPECT_EQ(CutToColumns("abcdef", 0), "");
  EXPECT_EQ(CutToColumns("查询用户", 8), "查询用户");
  EXPECT_EQ(CutToColumns("查询用户", 7), "查询用…");
  EXPECT_EQ(CutToColumns("查询用户", 6), "查询…");
  EXPECT_EQ(CutToColumns("ab\xff\xfe", 3), "ab…");
}

TEST(ColumnText, PadsToTheColumn) {
  EXPECT_EQ(PadRight("ab", 4), "ab  ");
  EXPECT_EQ(PadLeft("ab", 4), "  ab");
  EXPECT_EQ(PadRight("查询", 5), "查询 ");
  EXPECT_EQ(PadRight("查询用户", 6), "查询… ");
}

}  // namespace
}  // namespace spanhound::cli
