#include "cli/text_table.h"

#include <gtest/gtest.h>

namespace spanhound::cli {
namespace {

TEST(TextTable, ColumnsAreAsWideAsTheirWidestCell) {
  TextTable table({{"name"}, {"rows", true}, {"how"}});
  table.AddRow({"a", "1", "x"});
  table.AddRow({"日本", "12345", ""});
  EXPECT_EQ(table.Text(),
            "name   rows  how\n"
            "a         1  x\n"
            "日本  12345\n");
}

TEST(TextTable, LongCellsAreCut) {
  TextTable table({{"name", false, 5}, {"n", true}});
  table.AddRow({"0123456789", "1"});
  EXPECT_EQ(table.Text(),
            "name   n\n"
            "0123…  1\n");
}

}  // namespace
}  // namespace spanhound::cli
