#include "base/terminal_text.h"

#include <gtest/gtest.h>

namespace spanhound {
namespace {

TEST(TerminalText, KeepsTextAndShowsControls) {
  EXPECT_EQ(TerminalText("GET /名前"), "GET /名前");
  EXPECT_EQ(TerminalText("\x1b[31mred\n"), "\\x1b[31mred\\x0a");
  EXPECT_EQ(TerminalText("\xc2\x9b"
                         "2J"),
            "\\xc2\\x9b2J");
  EXPECT_EQ(TerminalText("a\xff"), "a\\xff");
}

}  // namespace
}  // namespace spanhound
