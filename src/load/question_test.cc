#include "load/question.h"

#include <gtest/gtest.h>

#include <set>

namespace spanhound::load {
namespace {

std::unique_ptr<Workload> Make(const std::string& name) {
  return Workload::Create(name, {1, uint64_t{1} << 60, 60}).value();
}

TEST(QuestionTest, TargetsSayWhatIsSearched) {
  EXPECT_EQ(SearchTarget("/api/traces", {.service = "a b", .operation = "GET /x"}, {1, 2}),
            "/api/traces?limit=20&start=1&end=2&service=a%20b&operation=GET%20%2Fx");
  EXPECT_EQ(SearchTarget("/s", {.min_duration_nanos = 80'000'000, .is_error = true}, {1, 2}),
            "/s?limit=20&start=1&end=2&minDuration=80ms&tags=%7B%22error%22%3A%22true%22%7D");
  EXPECT_EQ(SearchTarget("/s", {.key = "user.id", .value = "u"}, {1, 2}),
            "/s?limit=20&start=1&end=2&tags=%7B%22user.id%22%3A%22u%22%7D");
}

TEST(QuestionTest, SpansAreDrawnByWhatIsWanted) {
  auto shop = Make("shop");
  SeededRandom random(1);
  std::set<std::string> services;
  for (int i = 0; i < 200; ++i) {
    services.insert(DrawSpan(*shop, 10'000, Want::kAny, random)->service);
    EXPECT_EQ(DrawSpan(*shop, 10'000, Want::kRareValue, random)->key, "user.id");
  }
  EXPECT_GT(services.size(), 6u);  // not only those of the roots
  EXPECT_TRUE(DrawSpan(*shop, 10'000, Want::kSlow, random));
  EXPECT_TRUE(DrawSpan(*shop, 10'000, Want::kError, random));
  auto bench = Make("jaeger-bench");
  EXPECT_FALSE(DrawSpan(*bench, 1'000, Want::kError, random));
  auto span = DrawSpan(*bench, 1'000, Want::kRareValue, random);
  EXPECT_TRUE(span->key.starts_with("attr_"));
  EXPECT_EQ(span->spans_of_trace, 10u);
}

TEST(QuestionTest, EveryKindMakesADifferentSearch) {
  auto shop = Make("shop");
  SeededRandom random(1);
  KnownSpan span = *DrawSpan(*shop, 10'000, Want::kRareValue, random);
  std::set<std::string> targets;
  for (const SearchKind& kind : SearchKinds()) {
    std::string target = SearchTarget("/api/traces", kind.make(span, *shop), {1, 2});
    EXPECT_TRUE(targets.insert(target).second) << kind.name;
    EXPECT_EQ(target.find("service=") != std::string::npos, kind.name.starts_with("service"));
  }
}

}  // namespace
}  // namespace spanhound::load
