#include "api/jaeger/tags_json.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace spanhound::api {
namespace {

std::string Parsed(std::string_view json) {
  auto tags = ParseTagsJson(json);
  if (!tags.ok()) return "error: " + tags.status().message();
  std::string out;
  for (const Tag& tag : *tags) out += tag.first + "=" + tag.second + ";";
  return out;
}

TEST(TagsJson, ReadsFlatObjects) {
  EXPECT_EQ(Parsed("{}"), "");
  EXPECT_EQ(Parsed(" \t\r\n{ } "), "");
  EXPECT_EQ(Parsed(R"({"error":"true"})"), "error=true;");
  EXPECT_EQ(Parsed(R"({"a":"1", "b" : "2"})"), "a=1;b=2;");
  EXPECT_EQ(Parsed(R"({"a":1,"b":-2.50e+3,"c":true,"d":false,"e":0})"),
            "a=1;b=-2.50e+3;c=true;d=false;e=0;");
  EXPECT_EQ(Parsed(R"({"":""})"), "=;");
  EXPECT_EQ(Parsed(R"({"k":"a:b=c;\"{}"})"), "k=a:b=c;\"{};");
}

TEST(TagsJson, UndoesEscapes) {
  EXPECT_EQ(Parsed(R"({"k":"\"\\\/\b\f\n\r\t"})"), "k=\"\\/\b\f\n\r\t;");
  EXPECT_EQ(Parsed(R"({"k":"\u0041\u00e9\u4e2d\ud83d\ude00"})"), "k=A\u00e9\u4e2d\U0001f600;");
  EXPECT_EQ(Parsed("{\"k\":\"\u4e2d\u6587\"}"), "k=\u4e2d\u6587;");
}

TEST(TagsJson, SaysWhereItStopped) {
  EXPECT_EQ(Parsed(""), "error: expected '{' at byte 0");
  EXPECT_EQ(Parsed("[]"), "error: expected '{' at byte 0");
  EXPECT_EQ(Parsed("{"), "error: expected '\"' at byte 1");
  EXPECT_EQ(Parsed(R"({"a")"), "error: expected ':' at byte 4");
  EXPECT_EQ(Parsed(R"({"a":"b")"), "error: expected ',' or '}' at byte 8");
  EXPECT_EQ(Parsed(R"({"a":"b",})"), "error: expected '\"' at byte 9");
  EXPECT_EQ(Parsed(R"({"a":{"b":"c"}})"),
            "error: expected a string, a number, true or false at byte 5");
  EXPECT_EQ(Parsed(R"({"a":null})"), "error: expected a string, a number, true or false at byte 5");
  EXPECT_EQ(Parsed(R"({"a":"b"}x)"), "error: something follows the object at byte 9");
}

TEST(TagsJson, RefusesWhatIsNotJson) {
  for (std::string_view json :
       {R"({'a':'b'})", R"({a:"b"})", R"({"a":"b)", R"({"a":01})", R"({"a":1.})", R"({"a":.5})",
        R"({"a":1e})", R"({"a":+1})", R"({"a":"\x"})", R"({"a":"\u12"})", R"({"a":"\ud800"})",
        R"({"a":"\ud800\u0041"})", R"({"a":"\udc00"})", R"({"a":tru})", R"({"a":"b""c":"d"})",
        R"({"a":"b"}{)", "{\"a\":\"\n\"}", "{\"a\":\"\xff\"}"}) {
    EXPECT_FALSE(ParseTagsJson(json).ok()) << json;
  }
  EXPECT_FALSE(ParseTagsJson(std::string_view("{\"a\":\"\0\"}", 9)).ok());
  EXPECT_FALSE(ParseTagsJson(std::string_view("{}\0", 3)).ok());
}

TEST(TagsJson, LimitsTheNumberOfTags) {
  std::string json = "{";
  for (size_t i = 0; i < kTagsMax; ++i) json += "\"k" + std::to_string(i) + "\":\"v\",";
  json.back() = '}';
  EXPECT_TRUE(ParseTagsJson(json).ok());
  json.back() = ',';
  EXPECT_EQ(Parsed(json + "\"x\":\"y\"}").substr(0, 20), "error: too many tags");
}

// Every prefix and thousands of damaged copies must come back with an answer.
TEST(TagsJson, SurvivesDamage) {
  const std::string good = R"( {"a\u00e9\ud83d\ude00" : "b\n", "c":-1.5e-3 , "d":true} )";
  ASSERT_TRUE(ParseTagsJson(good).ok());
  // The last byte is a space; all shorter prefixes lack the brace.
  for (size_t size = 0; size + 2 < good.size(); ++size) {
    EXPECT_FALSE(ParseTagsJson(std::string_view(good).substr(0, size)).ok()) << size;
  }
  std::mt19937 random(20261123);
  size_t refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = good;
    for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    refused += !ParseTagsJson(damaged).ok();
  }
  EXPECT_GT(refused, 10'000u);
}

}  // namespace
}  // namespace spanhound::api
