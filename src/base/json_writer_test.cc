#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <limits>

namespace spanhound {
namespace {

TEST(JsonWriter, WritesNestedValuesWithCommas) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  json.Field("a", int64_t{-1});
  json.Key("b");
  json.BeginArray();
  json.Bool(true);
  json.Null();
  json.Double(0.1);
  json.EndArray();
  json.Field("c", "x");
  json.EndObject();
  EXPECT_EQ(out, R"({"a":-1,"b":[true,null,0.1],"c":"x"})");
}

TEST(JsonWriter, EscapesWhatCouldHurt) {
  std::string out;
  AppendJsonString(out, "</script>\"\\\n\x01\xff\xe2\x80\xa8é");
  EXPECT_EQ(out, "\"\\u003c/script>\\\"\\\\\\n\\u0001\xef\xbf\xbd\\u2028é\"");
}

TEST(JsonWriter, NonFiniteDoublesAreProto3Strings) {
  std::string out;
  JsonWriter json(out);
  json.BeginArray();
  json.Double(std::numeric_limits<double>::quiet_NaN());
  json.Double(-std::numeric_limits<double>::infinity());
  json.EndArray();
  EXPECT_EQ(out, R"(["NaN","-Infinity"])");
}

}  // namespace
}  // namespace spanhound
