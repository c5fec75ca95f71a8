#include "net/zstd_decoder.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <string>

namespace spanhound::net {
namespace {

constexpr size_t kLimit = 1 << 20;

std::string Compress(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size =
      ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), ZSTD_CLEVEL_DEFAULT);
  EXPECT_FALSE(ZSTD_isError(size));
  out.resize(size);
  return out;
}

std::string Text(size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += "line " + std::to_string(text.size()) + "\n";
  text.resize(bytes);
  return text;
}

TEST(ZstdDecoder, RoundTripInPiecesOfEverySize) {
  const std::string text = Text(100'000);
  const std::string compressed = Compress(text);
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{1000}, compressed.size()}) {
    ZstdDecoder decoder;
    std::string out;
    for (size_t at = 0; at < compressed.size(); at += piece) {
      ASSERT_TRUE(decoder.Append(compressed.substr(at, piece), kLimit, out).ok());
    }
    EXPECT_TRUE(decoder.Finish().ok());
    EXPECT_EQ(out, text) << piece;
  }
}

TEST(ZstdDecoder, FramesFollowEachOther) {
  ZstdDecoder decoder;
  std::string out;
  ASSERT_TRUE(decoder.Append(Compress("one ") + Compress("") + Compress("two"), kLimit, out).ok());
  EXPECT_TRUE(decoder.Finish().ok());
  EXPECT_EQ(out, "one two");
}

TEST(ZstdDecoder, ExactlyTheLimitFitsOneByteMoreDoesNot) {
  for (const size_t size : {kLimit, kLimit + 1}) {
    ZstdDecoder decoder;
    std::string out;
    const Status status = decoder.Append(Compress(Text(size)), kLimit, out);
    EXPECT_EQ(status.ok(), size == kLimit) << status.ToString();
    if (!status.ok()) {
      EXPECT_EQ(status.code(), Code::kResourceExhausted);
    }
    EXPECT_LE(out.size(), kLimit + 1);
  }
}

TEST(ZstdDecoder, TruncatedAndDamaged) {
  const std::string compressed = Compress(Text(10'000));
  for (const size_t size : {size_t{1}, size_t{5}, compressed.size() - 1}) {
    ZstdDecoder decoder;
    std::string out;
    ASSERT_TRUE(decoder.Append(compressed.substr(0, size), kLimit, out).ok());
    EXPECT_EQ(decoder.Finish().code(), Code::kInvalidArgument) << size;
  }
  ZstdDecoder decoder;
  std::string out;
  EXPECT_EQ(decoder.Append("not zstd at all", kLimit, out).code(), Code::kInvalidArgument);
  ZstdDecoder nothing;
  EXPECT_TRUE(nothing.Finish().ok());
}

// A frame header alone may ask for a window of gigabytes.
TEST(ZstdDecoder, HugeWindowIsRefused) {
  const std::string frame("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", 9);  // windowLog 31
  ZstdDecoder decoder;
  std::string out;
  EXPECT_EQ(decoder.Append(frame, kLimit, out).code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::net
