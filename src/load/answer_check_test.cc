#include "load/answer_check.h"

#include <gtest/gtest.h>

namespace spanhound::load {
namespace {

const model::TraceId kOne = [] {
  model::TraceId id;
  id.bytes.fill(0x11);
  return id;
}();
const model::TraceId kTwo = [] {
  model::TraceId id;
  id.bytes.fill(0x22);
  return id;
}();

std::string TraceJson(const model::TraceId& id) {
  std::string field = "\"traceID\":\"" + id.ToHex() + "\"";
  return "{" + field + ",\"spans\":[{" + field + ",\"operationName\":\"GET\"},{" + field +
         ",\"operationName\":\"POST\"}]}";
}

TEST(AnswerCheckTest, TracesInOrder) {
  std::string body = TraceJson(kTwo) + "," + TraceJson(kOne);
  EXPECT_EQ(CheckFoundTraces(body, {kTwo, kOne}), "");
  EXPECT_NE(CheckFoundTraces(body, {kOne, kTwo}), "");
  EXPECT_NE(CheckFoundTraces(body, {kTwo}), "");
  EXPECT_NE(CheckFoundTraces(body, {kTwo, kOne, kOne}), "");
  EXPECT_EQ(CheckFoundTraces("{\"data\":[]}", {}), "");
  EXPECT_NE(CheckFoundTraces("{\"data\":[]}", {kOne}), "");
}

TEST(AnswerCheckTest, OneWholeTrace) {
  EXPECT_EQ(CheckTrace(TraceJson(kOne), kOne, 2), "");
  EXPECT_EQ(CheckTrace(TraceJson(kOne), kOne, 3), "2 spans, not 3");
  EXPECT_NE(CheckTrace(TraceJson(kOne), kTwo, 2), "");
}

TEST(AnswerCheckTest, EveryServiceCounted) {
  std::string body =
      R"({"data":[{"service":"cart-1","spanCount":30},{"service":"ad","spanCount":7}],"total":2})";
  EXPECT_EQ(CheckSpanCounts(body, {{"cart-1", 30}, {"ad", 7}}), "");
  EXPECT_EQ(CheckSpanCounts(body, {{"cart-1", 30}, {"ad", 8}}), "7 spans of ad, not 8");
  EXPECT_EQ(CheckSpanCounts(body, {{"cart-1", 30}}), "2 counts, not 1");
  EXPECT_EQ(CheckSpanCounts(body, {{"cart-1", 30}, {"email", 7}}), "no count of email");
}

}  // namespace
}  // namespace spanhound::load
