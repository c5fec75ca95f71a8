#include "server/listen_port.h"

#include <gtest/gtest.h>

namespace spanhound::server {
namespace {

TEST(ListenPort, EveryFormComesBackAsWritten) {
  for (const char* text : {"4317", "0", "off", "0.0.0.0:4317", "[::1]:9", "localhost:65535"}) {
    auto port = ParseListenPort(text);
    ASSERT_TRUE(port.ok()) << text;
    EXPECT_EQ(ListenPortText(*port), text);
  }
}

TEST(ListenPort, WithoutAHostItIsThatOfEveryPort) {
  auto port = ParseListenPort(":9411");
  ASSERT_TRUE(port.ok());
  EXPECT_EQ(port->address, "");
  EXPECT_EQ(port->port, 9411);
  EXPECT_FALSE(ParseListenPort("off")->is_on);
}

TEST(ListenPort, RefusesWhatIsNoPort) {
  for (const char* text : {"", "-1", "65536", "80x", "host:", "OFF", "tcp://10.0.0.1:80/"}) {
    EXPECT_EQ(ParseListenPort(text).status().code(), Code::kInvalidArgument) << text;
  }
}

TEST(ListenPort, KnowsLoopback) {
  for (const char* address : {"127.0.0.1", "127.1.2.3", "::1", "localhost"}) {
    EXPECT_TRUE(IsLoopback(address)) << address;
  }
  for (const char* address : {"0.0.0.0", "::", "10.0.0.1", ""}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

}  // namespace
}  // namespace spanhound::server
