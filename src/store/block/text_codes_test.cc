#include "store/block/text_codes.h"

#include <gtest/gtest.h>

#include <string>

namespace spanhound::store {
namespace {

TEST(TextCodesTest, FindsWhatWasAdded) {
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i) texts.push_back("text " + std::to_string(i));
  texts.emplace_back();  // the empty text is one as well
  TextCodes codes;
  for (uint32_t i = 0; i < texts.size(); ++i) {
    const TextCodes::Query query = codes.Prepare(texts[i]);
    codes.PrefetchText(query);
    EXPECT_EQ(codes.Find(query), TextCodes::kNone);
    codes.Add(query, i);
  }
  for (uint32_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(codes.Find(std::string(texts[i])), i);  // by content, not by address
  }
  EXPECT_EQ(codes.Find("text 5000"), TextCodes::kNone);
  codes.Clear();
  EXPECT_EQ(codes.Find(texts[0]), TextCodes::kNone);
}

// Part of a text is another text.
TEST(TextCodesTest, LengthCounts) {
  const std::string text = "abcdef";
  TextCodes codes;
  codes.Add(codes.Prepare(text), 1);
  codes.Add(codes.Prepare(std::string_view(text).substr(0, 3)), 2);
  EXPECT_EQ(codes.Find("abcdef"), 1u);
  EXPECT_EQ(codes.Find("abc"), 2u);
  EXPECT_EQ(codes.Find("abcd"), TextCodes::kNone);
}

// Texts of one size with the same ends, around the size up to which the ends are all of a text.
TEST(TextCodesTest, EveryByteCounts) {
  for (size_t size = 1; size <= 40; ++size) {
    std::vector<std::string> texts(size + 1, std::string(size, 'a'));
    for (size_t i = 0; i < size; ++i) texts[i][i] = 'b';
    TextCodes codes;
    for (uint32_t i = 0; i < size; ++i) codes.Add(codes.Prepare(texts[i]), i);
    EXPECT_EQ(codes.Find(texts[size]), TextCodes::kNone) << size;
    for (uint32_t i = 0; i < size; ++i) EXPECT_EQ(codes.Find(std::string(texts[i])), i) << size;
  }
}

// Of a text with the hash of another nothing is found: only the bytes decide.
TEST(TextCodesTest, AHashIsNoText) {
  const std::string known = "a text longer than its ends, 1";
  const std::string other = "a text longer than its ends, 2";
  TextCodes codes;
  codes.Add(codes.Prepare(known), 1);
  TextCodes::Query query = codes.Prepare(known);
  query.text = other;
  EXPECT_EQ(codes.Find(query), TextCodes::kNone);
}

// What is prepared stays right when the table grows in between.
TEST(TextCodesTest, PreparedBeforeTheTableGrew) {
  TextCodes codes;
  const TextCodes::Query early = codes.Prepare("early");
  std::vector<std::string> texts;
  for (int i = 0; i < 100; ++i) texts.push_back(std::to_string(i));
  for (uint32_t i = 0; i < texts.size(); ++i) codes.Add(codes.Prepare(texts[i]), i);
  EXPECT_EQ(codes.Find(early), TextCodes::kNone);
  codes.Add(early, 100);
  EXPECT_EQ(codes.Find("early"), 100u);
}

}  // namespace
}  // namespace spanhound::store
