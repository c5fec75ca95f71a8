#include "api/jaeger/indent_json.h"

#include <gtest/gtest.h>

namespace spanhound::api {
namespace {

TEST(IndentJson, PutsEveryMemberOnALine) {
  EXPECT_EQ(IndentJson(R"({"a":[1,{"b":null}],"c":{}})"
                       "\n"),
            "{\n"
            "    \"a\": [\n"
            "        1,\n"
            "        {\n"
            "            \"b\": null\n"
            "        }\n"
            "    ],\n"
            "    \"c\": {}\n"
            "}\n");
  EXPECT_EQ(IndentJson("[]"), "[]\n");
  EXPECT_EQ(IndentJson("[ ]"), "[]\n");
}

TEST(IndentJson, LeavesStringsAlone) {
  EXPECT_EQ(IndentJson(R"(["a,b:{}[] \" c","\\"])"),
            "[\n    \"a,b:{}[] \\\" c\",\n    \"\\\\\"\n]\n");
}

}  // namespace
}  // namespace spanhound::api
