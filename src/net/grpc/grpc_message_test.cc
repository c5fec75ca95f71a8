#include "net/grpc/grpc_message.h"

#include <gtest/gtest.h>

#include "net/compression/gzip.h"

namespace spanhound::net {
namespace {

RequestLimits Limits(size_t body_bytes_max, size_t compression_ratio_max) {
  RequestLimits limits;
  limits.body_bytes_max = body_bytes_max;
  limits.compression_ratio_max = compression_ratio_max;
  return limits;
}

TEST(GrpcMessage, IsLeftAloneOrUnpacked) {
  for (const std::string& text : {std::string(), std::string("\x0a\x02hi"), std::string("\x1f")}) {
    auto message = ReadMessage(text, Limits(100, 10));
    ASSERT_TRUE(message.ok());
    EXPECT_EQ(*message, text);
  }
  auto unpacked = ReadMessage(GzipCompress("hello"), Limits(100, 10));
  ASSERT_TRUE(unpacked.ok());
  EXPECT_EQ(*unpacked, "hello");
}

TEST(GrpcMessage, ABombStopsAtTheLimitOrTheRatio) {
  const std::string bomb = GzipCompress(std::string(32 << 20, 'a'));
  EXPECT_EQ(ReadMessage(bomb, Limits(1 << 20, 100'000)).status().code(), Code::kResourceExhausted);
  EXPECT_EQ(ReadMessage(bomb, Limits(64 << 20, 100)).status().code(), Code::kResourceExhausted);
  EXPECT_TRUE(ReadMessage(bomb, Limits(64 << 20, 2000)).ok());
}

TEST(GrpcMessage, AnotherCompressionIsNotImplemented) {
  const std::string snappy("\xff\x06\x00\x00sNaPpY\x01\x08\x00\x00????hi", 20);
  EXPECT_EQ(ReadMessage(snappy, Limits(100, 10)).status().code(), Code::kUnimplemented);
}

TEST(GrpcMessage, DamageIsTheSendersFault) {
  std::string cut = GzipCompress(std::string(1000, 'a'));
  cut.pop_back();
  EXPECT_EQ(ReadMessage(cut, Limits(10'000, 1000)).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(ReadMessage("\x1f\x8b\x08???????", Limits(100, 10)).status().code(),
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace spanhound::net
