#include "cli/render_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/statistics_json.h"

namespace spanhound::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

store::DirectoryStatistics Sample() {
  store::DirectoryStatistics statistics;
  statistics.manifest_bytes = 119;
  statistics.log_segments = 1;
  statistics.log_bytes = 4000;
  statistics.blocks = {{"1.blk", "spans", "default", 1000, 100, 1, 30'000, 0, 1'000'000'000, 2},
                       {"2.blk", "spans", "\x1b[31m", 1000, 100, 1, 20'000, 0, 2'000'000'000, 3}};
  statistics.tenants[{"default", "spans"}] = {1, 1000, 30'000, 7};
  statistics.tenants[{"\x1b[31m", "spans"}] = {1, 1000, 20'000, 0};
  store::TableStatistics& spans = statistics.tables["spans"];
  spans.blocks = 2;
  spans.row_groups = 2;
  spans.rows = 2000;
  spans.traces = 200;
  spans.bytes = 50'000;
  spans.columns[{"span_id", "", ""}] = {2000, 16'000, 0, 0, 0, {{"ids, plain", 16'000}}};
  spans.columns[{"attribute", "a\x1b[2J", "string"}] = {
      500, 25'000, 3000, 40, 1000, {{"codes, packed", 10}, {"text, zstd", 20}}};
  spans.columns[{"attribute", "", "any"}] = {3, 1000, 0, 0, 0, {}};
  spans.parts["trace index"] = 4000;
  return statistics;
}

TEST(RenderStatistics, ExplainsBytesByColumn) {
  const std::string text = RenderStatistics(Sample(), {});
  EXPECT_THAT(text, HasSubstr("2 blocks of 50,000 bytes, 1 log segments of 4,000 bytes"));
  EXPECT_THAT(text, HasSubstr("spans: 2,000 in 2 blocks, 50,000 bytes, 25.00 each\n"));
  EXPECT_THAT(text, testing::ContainsRegex("span_id +2,000 +16,000 +8.00 +32.0% +- +- +- +ids"));
  EXPECT_THAT(text, testing::ContainsRegex(
                        "string +500 +29,000 +14.50 +58.0% +40 +3,000 +1,000 +text, zstd; codes"));
  EXPECT_THAT(text, HasSubstr("other attributes"));
  EXPECT_THAT(text, testing::ContainsRegex("\\(trace index\\) +4,000 +2.00 +8.0%"));
  EXPECT_THAT(text, testing::ContainsRegex("all +50,000 +25.00 +100.0%"));
}

TEST(RenderStatistics, NamesCannotReachTheTerminal) {
  const std::string text = RenderStatistics(Sample(), {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("\\x1b[31m"));
  EXPECT_THAT(text, HasSubstr("attribute a\\x1b[2J"));
  EXPECT_THAT(StatisticsJson(Sample()), Not(HasSubstr("\x1b")));
}

TEST(RenderStatistics, SumsUpWhatIsNotShown) {
  const std::string text = RenderStatistics(Sample(), {1, 1});
  EXPECT_THAT(text, HasSubstr("2.blk"));  // the newest
  EXPECT_THAT(text, Not(HasSubstr("1.blk")));
  EXPECT_THAT(text, HasSubstr("and 1 older ones"));
  EXPECT_THAT(text, testing::ContainsRegex("\\(2 more columns\\) +17,000 +8.50 +34.0%"));
}

TEST(RenderStatistics, JsonHasEverything) {
  const std::string json = StatisticsJson(Sample());
  EXPECT_THAT(json, HasSubstr(R"("tables":{"spans":{"blocks":2,"rowGroups":2,"rows":2000)"));
  EXPECT_THAT(json, HasSubstr(R"({"name":"span_id","values":2000,"bytes":16000,"rowBytes":16000)"));
  EXPECT_THAT(json, HasSubstr(R"("encodings":{"codes, packed":10,"text, zstd":20})"));
  EXPECT_THAT(json, HasSubstr(R"("parts":{"trace index":4000})"));
  EXPECT_THAT(json, HasSubstr(R"("logRows":7)"));
}

}  // namespace
}  // namespace spanhound::cli
