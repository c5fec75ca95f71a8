#include "dashboard2api/kube/line_splitter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dashboard2api::kube {
namespace {

using Lines = std::vector<std::string>;

bool AddTo(Lines& lines, LineSplitter& splitter, std::string_view bytes) {
  return splitter.Add(bytes, [&lines](std::string_view line) {
    lines.emplace_back(line);
    return line != "stop";
  });
}

TEST(LineSplitterTest, AnyCutGivesTheSameLines) {
  const std::string text = "{\"a\":1}\n\n{}\r\nlast\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    for (std::size_t again = cut; again <= text.size(); ++again) {
      LineSplitter splitter;
      Lines lines;
      EXPECT_TRUE(AddTo(lines, splitter, text.substr(0, cut)));
      EXPECT_TRUE(AddTo(lines, splitter, text.substr(cut, again - cut)));
      EXPECT_TRUE(AddTo(lines, splitter, text.substr(again)));
      EXPECT_EQ(lines, (Lines{"{\"a\":1}", "{}\r", "last"})) << cut << " " << again;
    }
  }
}

TEST(LineSplitterTest, WhatIsBegunIsNoLine) {
  LineSplitter splitter;
  Lines lines;
  EXPECT_TRUE(AddTo(lines, splitter, "a\nb"));
  EXPECT_EQ(lines, Lines{"a"});
}

TEST(LineSplitterTest, EndsWhereTheReceiverSaysSo) {
  LineSplitter splitter;
  Lines lines;
  EXPECT_FALSE(AddTo(lines, splitter, "a\nstop\nb\n"));
  EXPECT_EQ(lines, (Lines{"a", "stop"}));
}

TEST(LineSplitterTest, LinesHaveALimit) {
  LineSplitter splitter;
  Lines lines;
  const std::string piece(LineSplitter::kLineBytesMax / 2, 'x');
  EXPECT_TRUE(AddTo(lines, splitter, piece));
  EXPECT_TRUE(AddTo(lines, splitter, piece));
  EXPECT_FALSE(AddTo(lines, splitter, "y"));
}

}  // namespace
}  // namespace dashboard2api::kube
