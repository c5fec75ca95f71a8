#include "cli/render_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace spanhound::cli {
namespace {

constexpr int64_t kBase = 1'795'413'662'000'000;  // 2026-11-23 06:01:02 UTC

TEST(RenderList, AlignsRows) {
  RenderOptions options;
  options.terminal.width = 120;
  options.zone = TimeZone::kUtc;
  const std::string text =
      RenderTraceList({{"4bf92f3577b34da6", "dashboard2ui", "GET /pods", kBase, 128'000, 6, 1},
                       {"00f067aa0ba902b7", "cron", "夜间清理", kBase - 61'000'000, 2'050, 1, 0}},
                      options);
  EXPECT_EQ(std::string("\n").append(text), R"(
trace             start               duration          spans errors  root
4bf92f3577b34da6  2026-11-23 06:01:02   128 ms ████████     6    ✗ 1  dashboard2ui GET /pods
00f067aa0ba902b7  2026-11-23 06:00:01  2.05 ms ▏            1      -  cron 夜间清理
)");
}

TEST(RenderList, EmptyListsSayWhatToDo) {
  EXPECT_NE(RenderTraceList({}, {}).find("no traces match"), std::string::npos);
}

TEST(RenderList, MakesHostileTextHarmless) {
  const std::string evil = "\x1b[2J\n";
  const std::string text = RenderTraceList({{evil, evil, evil, kBase, 1, 1, 1}}, {});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

}  // namespace
}  // namespace spanhound::cli
