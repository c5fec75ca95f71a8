#include "cli/span_tree.h"

#include <gtest/gtest.h>

#include <string>

namespace spanhound::cli {
namespace {

SpanView MakeSpan(std::string id, std::string parent, int64_t start, int64_t duration) {
  SpanView span;
  span.span_id = std::move(id);
  span.parent_span_id = std::move(parent);
  span.start_unix_micros = start;
  span.duration_micros = duration;
  return span;
}

std::string Drawn(const TraceView& trace) {
  std::string out;
  for (const TreeLine& line : LayOutTree(trace)) {
    out += line.branch + trace.spans[line.span].span_id + (line.misses_parent ? "?" : "") + "\n";
  }
  return out;
}

TEST(SpanTree, OrdersSiblingsByStart) {
  TraceView trace;
  trace.spans = {MakeSpan("late", "root", 30, 5), MakeSpan("leaf", "early", 12, 1),
                 MakeSpan("early", "root", 10, 5), MakeSpan("root", "", 0, 100)};
  EXPECT_EQ(Drawn(trace),
            "root\n"
            "├─ early\n"
            "│  └─ leaf\n"
            "└─ late\n");
}

TEST(SpanTree, MissingParentsStandAtTheTop) {
  TraceView trace;
  trace.spans = {MakeSpan("a", "gone", 5, 1), MakeSpan("b", "", 0, 1), MakeSpan("c", "a", 6, 1)};
  EXPECT_EQ(Drawn(trace), "b\na?\n└─ c\n");
}

TEST(SpanTree, LoopsAreCutAndEverySpanIsDrawnOnce) {
  TraceView trace;
  trace.spans = {MakeSpan("self", "self", 9, 1), MakeSpan("x", "y", 2, 1), MakeSpan("y", "x", 1, 1),
                 MakeSpan("twin", "", 0, 1), MakeSpan("twin", "", 0, 1)};
  EXPECT_EQ(Drawn(trace), "twin\ntwin\nself?\ny\n└─ x\n");
}

TEST(SpanTree, ChildTimeIsMerged) {
  TraceView trace;
  trace.spans = {MakeSpan("r", "", 0, 100), MakeSpan("a", "r", 10, 20), MakeSpan("b", "r", 20, 20),
                 MakeSpan("c", "r", 60, 5)};
  const auto lines = LayOutTree(trace);
  ASSERT_EQ(lines[0].child_time.size(), 2u);
  EXPECT_EQ(lines[0].child_time[0], std::pair(int64_t{10}, int64_t{40}));
  EXPECT_EQ(lines[0].child_time[1], std::pair(int64_t{60}, int64_t{65}));
}

TEST(SpanTree, DeepChainsStayBounded) {
  TraceView trace;
  for (int i = 0; i < 50'000; ++i) {
    const std::string parent = i == 0 ? std::string() : std::to_string(i - 1);
    trace.spans.push_back(MakeSpan(std::to_string(i), parent, i, 1));
  }
  const auto lines = LayOutTree(trace);
  ASSERT_EQ(lines.size(), trace.spans.size());
  EXPECT_LT(lines.back().branch.size(), 6 * kTreeLevelsMax);
}

}  // namespace
}  // namespace spanhound::cli
