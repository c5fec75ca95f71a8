#include "query/exec/page_token.h"

#include <gtest/gtest.h>

namespace spanhound::query {
namespace {

store::Cursor SomeCursor() {
  store::Cursor cursor;
  cursor.key = 1'767'225'600'000'000'001;
  cursor.trace_id.bytes = {0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0x0f};
  cursor.span_id.bytes = {0, 0, 0, 0, 0, 0, 0, 1};
  cursor.tie_row_count = 12;
  return cursor;
}

TEST(PageTokenTest, ComesBackAsItWas) {
  for (const uint64_t key : {uint64_t{0}, uint64_t{1}, UINT64_MAX}) {
    store::Cursor cursor = SomeCursor();
    cursor.key = key;
    const std::string token = EncodePageToken(store::Order::kNewestFirst, cursor);
    EXPECT_EQ(token.find_first_not_of("0123456789abcdef-"), std::string::npos) << token;
    const auto back = DecodePageToken(store::Order::kNewestFirst, token);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->key, key);
    EXPECT_EQ(back->trace_id, cursor.trace_id);
    EXPECT_EQ(back->span_id, cursor.span_id);
    EXPECT_EQ(back->tie_row_count, 12u);
  }
}

TEST(PageTokenTest, WhatIsNoTokenOfThisOrderIsRefused) {
  const auto is_refused = [](std::string_view text) {
    return DecodePageToken(store::Order::kNewestFirst, text).status().code() ==
           Code::kInvalidArgument;
  };
  EXPECT_TRUE(is_refused(EncodePageToken(store::Order::kOldestFirst, SomeCursor())));
  const std::string token = EncodePageToken(store::Order::kNewestFirst, SomeCursor());
  for (size_t size = 0; size < token.size(); ++size) {
    EXPECT_TRUE(is_refused(token.substr(0, size))) << size;
  }
  for (const std::string& text : {token + "-1", token + "g", token + "00000000000000000",
                                  std::string("-----"), std::string("2") + token}) {
    EXPECT_TRUE(is_refused(text)) << text;
  }
}

}  // namespace
}  // namespace spanhound::query
