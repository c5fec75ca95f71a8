#include "environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace spanhound::sdk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(EnvironmentTest, EmptyVariableCountsAsUnset) {
  setenv("SPANHOUND_TEST_VARIABLE", "", 1);
  EXPECT_EQ(ProcessEnvironment()("SPANHOUND_TEST_VARIABLE"), std::nullopt);
  setenv("SPANHOUND_TEST_VARIABLE", "x", 1);
  EXPECT_EQ(ProcessEnvironment()("SPANHOUND_TEST_VARIABLE"), "x");
  unsetenv("SPANHOUND_TEST_VARIABLE");
  EXPECT_EQ(ProcessEnvironment()("SPANHOUND_TEST_VARIABLE"), std::nullopt);
}

TEST(EnvironmentTest, PercentDecode) {
  EXPECT_EQ(PercentDecode("a%2Cb%3dc"), "a,b=c");
  EXPECT_EQ(PercentDecode("%E4%BD%A0"), "\xE4\xBD\xA0");
  EXPECT_EQ(PercentDecode("100%"), "100%");
  EXPECT_EQ(PercentDecode("%4"), "%4");
  EXPECT_EQ(PercentDecode("%zz%+1"), "%zz%+1");
}

TEST(EnvironmentTest, KeyValuesAreTrimmedThenDecoded) {
  std::vector<std::string> bad;
  EXPECT_THAT(ParseKeyValues(" a = 1 ,b=x%20y,, c=d=e ,empty=", &bad),
              ElementsAre(Pair("a", "1"), Pair("b", "x y"), Pair("c", "d=e"), Pair("empty", "")));
  EXPECT_THAT(bad, IsEmpty());
}

TEST(EnvironmentTest, EntriesThatAreNoPairsAreTold) {
  std::vector<std::string> bad;
  EXPECT_THAT(ParseKeyValues("novalue,=nokey,ok=1", &bad), ElementsAre(Pair("ok", "1")));
  EXPECT_THAT(bad, ElementsAre("novalue", "=nokey"));
}

TEST(EnvironmentTest, SplitList) {
  EXPECT_THAT(SplitList(" tracecontext, baggage ,,b3"),
              ElementsAre("tracecontext", "baggage", "b3"));
  EXPECT_THAT(SplitList(""), IsEmpty());
}

}  // namespace
}  // namespace spanhound::sdk
