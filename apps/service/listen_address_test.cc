#include "service/listen_address.h"

#include <gtest/gtest.h>

namespace service {
namespace {

TEST(ListenAddressTest, HostAndPort) {
  EXPECT_EQ(ToText(*ParseListenAddress("127.0.0.1:9090")), "127.0.0.1:9090");
  EXPECT_EQ(ParseListenAddress("127.0.0.1:0")->port, 0);
  EXPECT_EQ(ParseListenAddress("[::1]:80")->host, "::1");
  EXPECT_EQ(ToText(*ParseListenAddress("[::1]:80")), "[::1]:80");
  for (const char* bad : {"", ":80", "host", "host:", "host:65536", "host:8x", "::1:80", "h:-1"}) {
    EXPECT_FALSE(ParseListenAddress(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace service
