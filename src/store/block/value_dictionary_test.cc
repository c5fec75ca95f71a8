#include "store/block/value_dictionary.h"

#include <gtest/gtest.h>

#include <thread>

#include "store/encoding/blob.h"
#include "store/encoding/compression.h"

namespace spanhound::store {
namespace {

using model::AttributeValue;
using model::ValueType;

std::string TextOf(size_t i) { return "entry " + std::to_string(i * 7919); }

// Of so many texts, as a block has it today.
std::string DictionaryOf(size_t count) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) texts.push_back(TextOf(i));
  ValueColumn column;
  for (const std::string& text : texts) column.CodeOf(text);
  column.Seal(true);
  std::string bytes;
  AppendDictionary(bytes, column, ValueType::kString);
  return bytes;
}

// As blocks of format version 2 have it.
std::string OneBlobOf(size_t count) {
  std::vector<uint64_t> lengths;
  std::string texts;
  for (size_t i = 0; i < count; ++i) {
    lengths.push_back(TextOf(i).size());
    texts += TextOf(i);
  }
  std::string bytes;
  AppendPlanes(bytes, lengths);
  AppendBlob(bytes, texts, kBlockCompression);
  return bytes;
}

void CheckEntries(const ValueDictionary& dictionary, size_t count) {
  ASSERT_EQ(dictionary.size(), count);
  // Backwards: an entry needs none of those before it.
  for (size_t code = count; code-- > 0;) {
    const AttributeValue* entry = dictionary.Find(code);
    ASSERT_NE(entry, nullptr) << code;
    EXPECT_EQ(entry->text(), TextOf(code));
    EXPECT_EQ(dictionary.CodeOf(*entry), code);
  }
  EXPECT_EQ(dictionary.Find(count), nullptr);
  const auto all = dictionary.All();
  ASSERT_TRUE(all);
  EXPECT_EQ(all->data(), dictionary.Find(0));
  EXPECT_EQ(all->size(), count);
}

TEST(ValueDictionary, EntriesOfPiecesAndOfOneBlob) {
  for (size_t count : {1u, 100u, 3000u}) {
    const auto pieces = ValueDictionary::Open(DictionaryOf(count), ValueType::kString, count,
                                              DictionaryText::kPieces);
    ASSERT_NE(pieces, nullptr);
    CheckEntries(*pieces, count);
    const auto one = ValueDictionary::Open(OneBlobOf(count), ValueType::kString, count,
                                           DictionaryText::kOneBlob);
    ASSERT_NE(one, nullptr);
    CheckEntries(*one, count);
  }
}

TEST(ValueDictionary, OtherValuesHaveNoCode) {
  const auto dictionary =
      ValueDictionary::Open(DictionaryOf(10), ValueType::kString, 10, DictionaryText::kPieces);
  const AttributeValue equal = *dictionary->Find(3);
  EXPECT_EQ(dictionary->CodeOf(equal), std::nullopt);
}

TEST(ValueDictionary, AnEntryIsFoundThoughAnotherPieceIsDamaged) {
  std::string bytes;
  AppendPlanes(bytes, std::vector<uint64_t>{3, 4});
  for (std::string_view text : {"one", "three"}) {
    AppendVarint(bytes, 1);
    AppendRawBlob(bytes, text);
  }
  const auto dictionary =
      ValueDictionary::Open(std::move(bytes), ValueType::kString, 2, DictionaryText::kPieces);
  ASSERT_NE(dictionary, nullptr);
  EXPECT_EQ(dictionary->Find(1), nullptr);
  ASSERT_NE(dictionary->Find(0), nullptr);
  EXPECT_EQ(dictionary->Find(0)->text(), "one");
  EXPECT_FALSE(dictionary->All());
}

TEST(ValueDictionary, CutBytesAreDamage) {
  constexpr size_t kCount = 500;
  const std::string bytes = DictionaryOf(kCount);
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_EQ(ValueDictionary::Open(bytes.substr(0, length), ValueType::kString, kCount,
                                    DictionaryText::kPieces),
              nullptr)
        << "cut to " << length;
  }
}

TEST(ValueDictionary, LengthsThatDoNotFitAPieceAreDamage) {
  std::string bytes;
  AppendPlanes(bytes, std::vector<uint64_t>{2, 3});
  AppendVarint(bytes, 2);
  AppendRawBlob(bytes, "123456");
  const auto dictionary =
      ValueDictionary::Open(std::move(bytes), ValueType::kString, 2, DictionaryText::kPieces);
  ASSERT_NE(dictionary, nullptr);
  EXPECT_EQ(dictionary->Find(0), nullptr);
  EXPECT_FALSE(dictionary->All());
}

TEST(ValueDictionary, PiecesOfOtherThanAllEntriesAreDamage) {
  for (uint64_t count : {0u, 1u, 3u}) {
    std::string bytes;
    AppendPlanes(bytes, std::vector<uint64_t>{2, 3});
    AppendVarint(bytes, count);
    AppendRawBlob(bytes, "12345");
    EXPECT_EQ(
        ValueDictionary::Open(std::move(bytes), ValueType::kString, 2, DictionaryText::kPieces),
        nullptr)
        << count;
  }
}

TEST(ValueDictionary, ThreadsFindTheSameEntries) {
  constexpr size_t kCount = 3000;
  const auto dictionary = ValueDictionary::Open(DictionaryOf(kCount), ValueType::kString, kCount,
                                                DictionaryText::kPieces);
  std::vector<std::vector<const AttributeValue*>> found(4);
  std::vector<std::thread> threads;
  for (auto& own : found) {
    threads.emplace_back([&own, &dictionary] {
      for (size_t code = 0; code < kCount; ++code) own.push_back(dictionary->Find(code));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& own : found) EXPECT_EQ(own, found[0]);
  CheckEntries(*dictionary, kCount);
}

}  // namespace
}  // namespace spanhound::store
