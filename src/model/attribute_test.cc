#include "model/attribute.h"

#include <gtest/gtest.h>

#include <limits>

namespace spanhound::model {
namespace {

TEST(AttributeValue, TextFormOfEveryType) {
  const AttributeValue elements[] = {AttributeValue::Int(1), AttributeValue::String("a\"b")};
  const Attribute fields[] = {{"k", AttributeValue::Array(elements)}, {"e", {}}};
  EXPECT_EQ(ToText({}), "");
  EXPECT_EQ(ToText(AttributeValue::String("x")), "x");
  EXPECT_EQ(ToText(AttributeValue::Bool(true)), "true");
  EXPECT_EQ(ToText(AttributeValue::Int(-7)), "-7");
  EXPECT_EQ(ToText(AttributeValue::Double(0.25)), "0.25");
  EXPECT_EQ(ToText(AttributeValue::Double(std::numeric_limits<double>::infinity())), "Infinity");
  EXPECT_EQ(ToText(AttributeValue::Bytes(std::string_view("\0\xff", 2))), "AP8=");
  EXPECT_EQ(ToText(AttributeValue::KeyValueList(fields)), R"({"k":[1,"a\"b"],"e":null})");
}

TEST(AttributeValue, ComparesDeeplyAndByType) {
  const AttributeValue a[] = {AttributeValue::Int(1)};
  const AttributeValue b[] = {AttributeValue::Int(1)};
  EXPECT_EQ(AttributeValue::Array(a), AttributeValue::Array(b));
  EXPECT_FALSE(AttributeValue::Int(1) == AttributeValue::Double(1));
  EXPECT_FALSE(AttributeValue::String("x") == AttributeValue::Bytes("x"));
}

}  // namespace
}  // namespace spanhound::model
