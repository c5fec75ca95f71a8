#include "net/compression/gzip.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace spanhound::net {
namespace {

constexpr size_t kLimit = 1 << 20;

std::string SomeText(size_t size) {
  std::string text;
  for (uint32_t i = 0; text.size() < size; ++i) text += std::to_string(i * 2654435761u) + " ";
  text.resize(size);
  return text;
}

TEST(GzipTest, RoundTrip) {
  for (const size_t size : {1, 1000, 300'000}) {
    const std::string text = SomeText(size);
    const auto out = GzipDecompress(GzipCompress(text), {kLimit});
    ASSERT_TRUE(out.ok()) << out.status().ToString();
    EXPECT_EQ(*out, text);
  }
  EXPECT_LT(GzipCompress(SomeText(300'000)).size(), 200'000u);
}

TEST(GzipTest, MembersFollowEachOther) {
  const std::string long_text = SomeText(100'000);
  const auto out = GzipDecompress(
      GzipCompress("one ") + GzipCompress("") + GzipCompress(long_text) + GzipCompress("two"),
      {kLimit});
  ASSERT_TRUE(out.ok()) << out.status().ToString();
  EXPECT_EQ(*out, "one " + long_text + "two");
}

TEST(GzipTest, LimitIsExact) {
  const std::string compressed = GzipCompress(std::string(10'000, 'x'));
  EXPECT_TRUE(GzipDecompress(compressed, {10'000}).ok());
  EXPECT_EQ(GzipDecompress(compressed, {9'999}).status().code(), Code::kResourceExhausted);
}

// The length at the end is read first and believed only as far as the memory goes.
TEST(GzipTest, MemoryIsAskedForBeforeItIsTaken) {
  std::string compressed = GzipCompress(SomeText(100'000));
  compressed.back() = '\x7f';  // says 2 GB
  size_t bytes_max = 0;
  const auto count = [&](size_t bytes) {
    bytes_max = std::max(bytes_max, bytes);
    return bytes > 50'000 ? Unavailable("no more") : Status::Ok();
  };
  EXPECT_EQ(GzipDecompress(compressed, {kLimit, count}).status().code(), Code::kUnavailable);
  EXPECT_EQ(bytes_max, kLimit);
  bytes_max = 0;
  EXPECT_TRUE(GzipDecompress(GzipCompress(SomeText(40'000)), {kLimit, count}).ok());
  EXPECT_EQ(bytes_max, 40'000u);
}

TEST(GzipTest, EveryTruncationIsAnError) {
  const std::string compressed = GzipCompress(SomeText(2000));
  for (size_t size = 1; size < compressed.size(); ++size) {
    EXPECT_EQ(GzipDecompress(compressed.substr(0, size), {kLimit}).status().code(),
              Code::kInvalidArgument)
        << size;
  }
  EXPECT_TRUE(GzipDecompress("", {kLimit}).ok());
}

TEST(GzipTest, DamageIsAnErrorNotACrash) {
  const std::string compressed = GzipCompress(SomeText(2000));
  for (size_t i = 0; i < compressed.size(); ++i) {
    std::string damaged = compressed;
    damaged[i] ^= 1;
    if (i >= 3 && i < 10) continue;  // flags, time and system, which may say anything
    EXPECT_EQ(GzipDecompress(damaged, {kLimit}).status().code(), Code::kInvalidArgument) << i;
  }
  EXPECT_EQ(GzipDecompress("plain text", {kLimit}).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(GzipDecompress(compressed + "garbage", {kLimit}).status().code(),
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::net
