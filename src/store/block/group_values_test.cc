#include "store/block/group_values.h"

#include <gtest/gtest.h>

#include "store/block/block_columns.h"

namespace spanhound::store {
namespace {

using model::AttributeValue;
using model::ValueType;

// Writes values of a column and its dictionary, and reads them back.
class GroupValuesTest : public testing::Test {
 protected:
  void Write(const std::vector<AttributeValue>& values, bool has_dictionary) {
    type_ = values.front().type;
    const uint32_t column = columns_.ColumnOf({Field::kAttributes, "key", type_, 0});
    std::vector<uint32_t> codes;
    for (const AttributeValue& value : values) codes.push_back(columns_.CodeOf(column, value));
    columns_.values(column).Seal(has_dictionary);
    AppendGroupValues(bytes_, columns_.values(column), type_, codes);
    if (!has_dictionary) return;
    std::string dictionary;
    AppendDictionary(dictionary, columns_.values(column), type_);
    const uint32_t size = columns_.values(column).dictionary_size();
    dictionary_ =
        ValueDictionary::Open(std::move(dictionary), type_, size, DictionaryText::kPieces);
    ASSERT_NE(dictionary_, nullptr);
  }

  void CheckRoundTrip(const std::vector<AttributeValue>& values, bool has_dictionary, int mode) {
    Write(values, has_dictionary);
    EXPECT_EQ(bytes_.empty() ? -1 : bytes_[0], mode);
    GroupValues read;
    ASSERT_TRUE(read.Read(bytes_, type_, values.size(), dictionary_.get(), memory_));
    AttributeValue scratch;
    for (size_t i = 0; i < values.size(); ++i) EXPECT_EQ(read.At(i, &scratch), values[i]) << i;
    read.KeepAll(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      const AttributeValue* kept = &read.At(i, &scratch);
      EXPECT_NE(kept, &scratch) << i;
      EXPECT_EQ(*kept, values[i]) << i;
    }
    EXPECT_FALSE(read.is_damaged());
    for (size_t length = 0; length < bytes_.size(); ++length) {
      GroupValues cut;
      EXPECT_FALSE(cut.Read(std::string_view(bytes_).substr(0, length), type_, values.size(),
                            dictionary_.get(), memory_))
          << "cut to " << length;
    }
  }

  AttributeValue Text(const std::string& text) { return AttributeValue::String(arena_.Copy(text)); }

  Arena arena_;
  DecodeMemory memory_{arena_, 64u << 20};
  BlockColumns columns_;
  ValueType type_ = ValueType::kEmpty;
  std::string bytes_;
  std::shared_ptr<const ValueDictionary> dictionary_;
};

TEST_F(GroupValuesTest, OneCodeForAll) {
  CheckRoundTrip(std::vector<AttributeValue>(50, Text("same")), true, 0);
}

TEST_F(GroupValuesTest, FewCodesAsPlanes) {
  std::vector<AttributeValue> values;
  for (int i = 0; i < 100; ++i) values.push_back(Text(std::to_string(i * i % 7)));
  CheckRoundTrip(values, true, 1);
}

TEST_F(GroupValuesTest, ManyCodesPacked) {
  std::vector<AttributeValue> values;
  for (int i = 0; i < 1000; ++i) values.push_back(Text("value " + std::to_string(i * 7919 % 500)));
  CheckRoundTrip(values, true, 2);
}

TEST_F(GroupValuesTest, TextsThemselves) {
  std::vector<AttributeValue> values;
  for (int i = 0; i < 100; ++i) values.push_back(Text("unlike " + std::to_string(i)));
  CheckRoundTrip(values, false, 3);
}

TEST_F(GroupValuesTest, NumbersThemselvesAndFromADictionary) {
  std::vector<AttributeValue> values;
  for (int64_t i = -50; i < 50; ++i) values.push_back(AttributeValue::Int(i * i * i));
  CheckRoundTrip(values, false, 4);
}

TEST_F(GroupValuesTest, DoublesByTheirBits) {
  std::vector<AttributeValue> values;
  for (double value : {0.0, -0.0, 1e308, -1.5, 0.0})
    values.push_back(AttributeValue::Double(value));
  CheckRoundTrip(values, true, 1);
}

TEST_F(GroupValuesTest, ListsByTheirEncoding) {
  const AttributeValue elements[] = {AttributeValue::Int(1), Text("two")};
  std::vector<AttributeValue> values;
  for (int i = 0; i < 8; ++i) {
    values.push_back(AttributeValue::Array(std::span(elements).first(static_cast<size_t>(i % 3))));
  }
  CheckRoundTrip(values, true, 1);
}

TEST_F(GroupValuesTest, EmptyValuesTakeNoBytes) {
  const std::vector<AttributeValue> values(3);
  Write(values, false);
  EXPECT_TRUE(bytes_.empty());
  GroupValues read;
  ASSERT_TRUE(read.Read(bytes_, ValueType::kEmpty, values.size(), nullptr, memory_));
  AttributeValue scratch;
  EXPECT_EQ(read.At(2, &scratch), AttributeValue());
}

TEST_F(GroupValuesTest, CodesOutsideOfTheDictionaryAreDamage) {
  std::vector<AttributeValue> values;
  for (int i = 0; i < 1000; ++i) values.push_back(Text("value " + std::to_string(i * 7919 % 500)));
  Write(values, true);
  ValueColumn fewer;
  for (size_t code = 0; code + 1 < dictionary_->size(); ++code) {
    fewer.CodeOf(dictionary_->Find(code)->text());
  }
  std::string bytes;
  AppendDictionary(bytes, fewer, type_);
  const auto smaller = ValueDictionary::Open(std::move(bytes), type_, fewer.dictionary_size(),
                                             DictionaryText::kPieces);
  ASSERT_NE(smaller, nullptr);
  GroupValues read;
  ASSERT_TRUE(read.Read(bytes_, type_, values.size(), smaller.get(), memory_));
  AttributeValue scratch;
  for (size_t i = 0; i < values.size(); ++i) read.At(i, &scratch);
  EXPECT_TRUE(read.is_damaged());
  GroupValues without;
  EXPECT_FALSE(without.Read(bytes_, type_, values.size(), nullptr, memory_));
}

}  // namespace
}  // namespace spanhound::store
