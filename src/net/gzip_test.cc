#include "net/gzip.h"

#include <gtest/gtest.h>

namespace spanhound::net {
namespace {

constexpr size_t kLimit = 1 << 20;

std::string SomeText(size_t size) {
  std::string text;
  for (uint32_t i = 0; text.size() < size; ++i) text += std::to_string(i * 2654435761u) + " ";
  text.resize(size);
  return text;
}

Status Decode(std::string_view compressed, size_t step, std::string& out, size_t limit = kLimit) {
  GzipDecoder decoder;
  while (!compressed.empty()) {
    std::string_view piece = compressed.substr(0, step);
    compressed.remove_prefix(piece.size());
    RETURN_IF_ERROR(decoder.Append(piece, limit, out));
  }
  return decoder.Finish();
}

TEST(GzipTest, RoundTripInAnyPieces) {
  std::string text = SomeText(300'000);
  std::string compressed = GzipCompress(text);
  EXPECT_LT(compressed.size(), text.size());
  for (size_t step : {size_t{1}, size_t{7}, size_t{4096}, compressed.size()}) {
    std::string out;
    Status status = Decode(compressed, step, out);
    EXPECT_TRUE(status.ok()) << status.ToString();
    EXPECT_EQ(out, text);
  }
}

TEST(GzipTest, MembersFollowEachOther) {
  std::string compressed = GzipCompress("one ") + GzipCompress("") + GzipCompress("two");
  for (size_t step : {1, 5, 1000}) {
    std::string out;
    EXPECT_TRUE(Decode(compressed, step, out).ok());
    EXPECT_EQ(out, "one two");
  }
}

TEST(GzipTest, LimitIsExact) {
  std::string compressed = GzipCompress(std::string(1000, 'x'));
  std::string out;
  EXPECT_TRUE(Decode(compressed, 10, out, 1000).ok());
  out.clear();
  EXPECT_EQ(Decode(compressed, 10, out, 999).code(), Code::kResourceExhausted);
  EXPECT_LE(out.capacity(), 64u << 10);
}

TEST(GzipTest, EveryTruncationIsAnError) {
  std::string compressed = GzipCompress(SomeText(2000));
  for (size_t size = 1; size < compressed.size(); ++size) {
    std::string out;
    EXPECT_EQ(Decode(compressed.substr(0, size), 100, out).code(), Code::kInvalidArgument) << size;
  }
  std::string out;
  EXPECT_TRUE(Decode("", 1, out).ok());
}

TEST(GzipTest, DamageIsAnErrorNotACrash) {
  std::string compressed = GzipCompress(SomeText(2000));
  for (size_t i = compressed.size() - 8; i < compressed.size() - 4; ++i) {  // the CRC
    std::string damaged = compressed;
    damaged[i] ^= 1;
    std::string out;
    EXPECT_EQ(Decode(damaged, 4096, out).code(), Code::kInvalidArgument);
  }
  std::string out;
  EXPECT_EQ(Decode("plain text", 4, out).code(), Code::kInvalidArgument);
  out.clear();
  EXPECT_EQ(Decode(compressed + "garbage", 4096, out).code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::net
