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

// Words of plain bytes are copied at once: no byte may be taken for plain that is not.
TEST(JsonWriter, EscapesEveryByteWhereverItStands) {
  for (size_t length : {1, 7, 8, 9, 16, 23, 100, 101, 300}) {
    for (size_t at = 0; at < length; ++at) {
      for (int c = 0; c < 0x80; ++c) {
        std::string text(length, 'a');
        text[at] = static_cast<char>(c);
        std::string alone;
        AppendJsonString(alone, text.substr(at, 1));
        std::string out;
        AppendJsonString(out, text);
        const std::string wanted = "\"" + std::string(at, 'a') + alone.substr(1, alone.size() - 2) +
                                   std::string(length - at - 1, 'a') + "\"";
        ASSERT_EQ(out, wanted);
        const bool is_plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '<';
        ASSERT_EQ(out == "\"" + text + "\"", is_plain) << c;
      }
    }
  }
}

TEST(JsonWriter, KeysAndStringsOfAnyLengthHaveTheirCommas) {
  const std::string value(500, 'v');
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  json.Field("", "");
  json.Field(value, value);
  json.Field("\n", "\t");
  json.Key("id");
  json.Hex("\x01\xfe");
  json.Field("n", int64_t{1});
  json.EndObject();
  EXPECT_EQ(out, "{\"\":\"\",\"" + value + "\":\"" + value + R"(","\n":"\t","id":"01fe","n":1})");
}

TEST(JsonWriter, ObjectsMayStartWithAGivenHead) {
  std::string out;
  JsonWriter json(out);
  json.BeginArray();
  for (int64_t value : {1, 2}) {
    json.BeginObject(R"({"a":"x","b":)");
    json.Int(value);
    json.EndObject();
  }
  json.EndArray();
  EXPECT_EQ(out, R"([{"a":"x","b":1},{"a":"x","b":2}])");
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
