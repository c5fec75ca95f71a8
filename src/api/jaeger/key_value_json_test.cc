#include "api/jaeger/key_value_json.h"

#include <gtest/gtest.h>

namespace spanhound::api {
namespace {

using model::AttributeValue;

std::string Written(std::initializer_list<model::Attribute> attributes) {
  std::string out;
  JsonWriter json(out);
  KeyValueWriter key_values(json);
  json.BeginArray();
  for (const auto& [key, value] : attributes) key_values.Write(key, value);
  json.EndArray();
  return out;
}

TEST(KeyValueJson, KeepsKeysAndTypesApart) {
  EXPECT_EQ(Written({{"k", AttributeValue::String("v")},
                     {"k", AttributeValue::Int(7)},
                     {"l", AttributeValue::String("v")},
                     {"k", AttributeValue::String("w")},
                     {"k", AttributeValue::Bool(true)}}),
            R"([{"key":"k","type":"string","value":"v"},)"
            R"({"key":"k","type":"int64","value":7},)"
            R"({"key":"l","type":"string","value":"v"},)"
            R"({"key":"k","type":"string","value":"w"},)"
            R"({"key":"k","type":"bool","value":true}])");
}

TEST(KeyValueJson, EscapesKeysEachTime) {
  const std::string tag = R"({"key":"a\"b","type":"float64","value":0.5})";
  EXPECT_EQ(Written({{"a\"b", AttributeValue::Double(0.5)}, {"a\"b", AttributeValue::Double(0.5)}}),
            "[" + tag + "," + tag + "]");
}

TEST(KeyValueJson, IntegersPastThoseOfJavaScriptAreTexts) {
  EXPECT_EQ(Written({{"n", AttributeValue::Int(9'007'199'254'740'991)},
                     {"n", AttributeValue::Int(-9'007'199'254'740'992)}}),
            R"([{"key":"n","type":"int64","value":9007199254740991},)"
            R"({"key":"n","type":"int64","value":"-9007199254740992"}])");
}

TEST(KeyValueJson, MoreKeysThanAreRememberedAreWrittenTheSame) {
  std::string out;
  std::string expected;
  JsonWriter json(out);
  KeyValueWriter key_values(json);
  json.BeginArray();
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = "key-" + std::to_string(i % 9000);
    key_values.Write(key, AttributeValue::Int(i));
    expected += (i == 0 ? "[" : ",") + (R"({"key":")" + key) + R"(","type":"int64","value":)" +
                std::to_string(i) + "}";
  }
  json.EndArray();
  EXPECT_EQ(out, expected + "]");
}

}  // namespace
}  // namespace spanhound::api
