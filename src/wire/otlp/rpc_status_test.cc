#include "wire/otlp/rpc_status.h"

#include <gtest/gtest.h>

#include "wire/testing/hex_bytes.h"

namespace spanhound::wire {
namespace {

TEST(RpcStatus, Protobuf) {
  EXPECT_EQ(EncodeRpcStatus(InvalidArgument("bad")), HexBytes("08031203626164"));
  EXPECT_EQ(EncodeRpcStatus(InvalidArgument("\xff")), HexBytes("08031203efbfbd"));
}

TEST(RpcStatus, Json) {
  EXPECT_EQ(EncodeRpcStatusJson(InvalidArgument("say \"no\"")),
            R"({"code":3,"message":"say \"no\""})");
}

TEST(RpcStatus, RetryInfo) {
  // code 14, message "m", details { type_url, value { retry_delay { 1 s, 500 000 000 ns } } }
  const std::string url = "type.googleapis.com/google.rpc.RetryInfo";
  EXPECT_EQ(EncodeRpcStatusWithRetry(Unavailable("m"), 1500),
            HexBytes("080e12016d") + HexBytes("1a36") + HexBytes("0a28") + url + HexBytes("120a") +
                HexBytes("0a08") + HexBytes("0801") + HexBytes("1080cab5ee01"));
}

}  // namespace
}  // namespace spanhound::wire
