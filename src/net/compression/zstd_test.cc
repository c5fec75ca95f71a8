#include "net/compression/zstd.h"

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

TEST(ZstdTest, RoundTrip) {
  for (const size_t size : {0, 1, 1000, 300'000}) {
    const auto out = ZstdDecompress(Compress(Text(size)), {kLimit});
    ASSERT_TRUE(out.ok()) << out.status().ToString();
    EXPECT_EQ(*out, Text(size));
  }
}

TEST(ZstdTest, FramesFollowEachOther) {
  const auto out = ZstdDecompress(Compress("one ") + Compress("") + Compress("two"), {kLimit});
  ASSERT_TRUE(out.ok()) << out.status().ToString();
  EXPECT_EQ(*out, "one two");
}

TEST(ZstdTest, ExactlyTheLimitFitsOneByteMoreDoesNot) {
  EXPECT_TRUE(ZstdDecompress(Compress(Text(kLimit)), {kLimit}).ok());
  EXPECT_EQ(ZstdDecompress(Compress(Text(kLimit + 1)), {kLimit}).status().code(),
            Code::kResourceExhausted);
}

TEST(ZstdTest, MemoryIsAskedForBeforeItIsTaken) {
  const auto refuse = [](size_t bytes) {
    return bytes > 50'000 ? Unavailable("no more") : Status::Ok();
  };
  EXPECT_EQ(ZstdDecompress(Compress(Text(100'000)), {kLimit, refuse}).status().code(),
            Code::kUnavailable);
  EXPECT_TRUE(ZstdDecompress(Compress(Text(10'000)), {kLimit, refuse}).ok());
}

TEST(ZstdTest, TruncatedAndDamaged) {
  const std::string compressed = Compress(Text(10'000));
  for (const size_t size : {size_t{1}, size_t{5}, compressed.size() - 1}) {
    EXPECT_EQ(ZstdDecompress(compressed.substr(0, size), {kLimit}).status().code(),
              Code::kInvalidArgument)
        << size;
  }
  EXPECT_EQ(ZstdDecompress("not zstd at all", {kLimit}).status().code(), Code::kInvalidArgument);
  EXPECT_TRUE(ZstdDecompress("", {kLimit}).ok());
}

// A frame header alone may ask for a window of gigabytes.
TEST(ZstdTest, HugeWindowIsRefused) {
  const std::string frame("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", 9);  // windowLog 31
  EXPECT_EQ(ZstdDecompress(frame, {kLimit}).status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::net
