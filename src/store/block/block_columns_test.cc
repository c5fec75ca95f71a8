#include "store/block/block_columns.h"

#include <gtest/gtest.h>

namespace spanhound::store {
namespace {

using model::AttributeValue;
using model::ValueType;

ValueColumnId Attribute(std::string_view key, ValueType type = ValueType::kString,
                        uint32_t ordinal = 0) {
  return {Field::kAttributes, key, type, ordinal};
}

TEST(BlockColumns, OneColumnForEachKeyTypeAndOrdinal) {
  BlockColumns columns;
  const uint32_t text = columns.ColumnOf(Attribute("a"));
  EXPECT_EQ(columns.ColumnOf(Attribute("a")), text);
  EXPECT_NE(columns.ColumnOf(Attribute("a", ValueType::kInt)), text);
  EXPECT_NE(columns.ColumnOf(Attribute("a", ValueType::kString, 1)), text);
  EXPECT_NE(columns.ColumnOf({Field::kName, {}, ValueType::kString, 0}), text);
  EXPECT_EQ(columns.size(), 4u);
}

TEST(BlockColumns, KeysAreCopied) {
  BlockColumns columns;
  std::string key = "first";
  const uint32_t column = columns.ColumnOf(Attribute(key));
  key = "other";
  EXPECT_EQ(columns.id(column).key, "first");
}

TEST(BlockColumns, PastTheLimitTheRestTakesThem) {
  BlockColumns columns;
  for (size_t i = 0; i < kValueColumnsMax; ++i) {
    EXPECT_FALSE(columns.id(columns.ColumnOf(Attribute("key" + std::to_string(i)))).is_rest());
  }
  const uint32_t rest = columns.ColumnOf(Attribute("one more"));
  EXPECT_TRUE(columns.id(rest).is_rest());
  EXPECT_EQ(columns.ColumnOf(Attribute("and another")), rest);
  EXPECT_FALSE(columns.id(columns.ColumnOf(Attribute("key0"))).is_rest());
  // Text fields always have a column.
  EXPECT_FALSE(columns.id(columns.ColumnOf({Field::kName, {}, ValueType::kString, 0})).is_rest());
}

TEST(BlockColumns, OnlyAdmittedKeysHaveColumns) {
  std::vector<std::string> keys;
  for (size_t i = 0; i < kValueColumnsMax; ++i) keys.push_back("key" + std::to_string(i));
  BlockColumns columns;
  columns.AdmitKeys(std::vector<std::string_view>(keys.begin(), keys.end()));
  EXPECT_FALSE(columns.id(columns.ColumnOf(Attribute(keys.front()))).is_rest());
  EXPECT_TRUE(columns.id(columns.ColumnOf(Attribute(keys.back()))).is_rest());
  BlockColumns few;
  few.AdmitKeys(std::vector<std::string_view>(keys.begin(), keys.begin() + 3));
  EXPECT_FALSE(few.id(few.ColumnOf(Attribute("any"))).is_rest());
}

TEST(BlockColumns, EqualValuesShareACode) {
  BlockColumns columns;
  const uint32_t column = columns.ColumnOf(Attribute("a"));
  std::string text = "value";
  const uint32_t code = columns.CodeOf(column, AttributeValue::String(text));
  text = "other";  // what has a code was copied
  EXPECT_EQ(columns.CodeOf(column, AttributeValue::String("value")), code);
  EXPECT_NE(columns.CodeOf(column, AttributeValue::String(text)), code);
  EXPECT_EQ(columns.values(column).text(code), "value");
  EXPECT_EQ(columns.values(column).value_count(), 3u);
  columns.Seal();
  EXPECT_EQ(columns.values(column).dictionary_size(), 0u);  // two of three are distinct
}

TEST(EntryTable, NumbersInTheOrderOfComing) {
  EntryTable entries;
  EXPECT_EQ(entries.CodeOf("b"), 0u);
  EXPECT_EQ(entries.CodeOf("a"), 1u);
  EXPECT_EQ(entries.CodeOf("b"), 0u);
  std::string bytes;
  entries.AppendTo(bytes);
  EXPECT_EQ(bytes,
            "\x02"
            "ba");
}

}  // namespace
}  // namespace spanhound::store
