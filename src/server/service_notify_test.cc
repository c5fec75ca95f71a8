#include "server/service_notify.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace spanhound::server {
namespace {

TEST(ServiceNotify, TellsTheSocketItIsGivenAndNobodyElse) {
  unsetenv("NOTIFY_SOCKET");
  NotifyServiceManager("READY=1");
  const std::string path = testing::TempDir() + "/notify.sock";
  ::unlink(path.c_str());
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  NotifyServiceManager("READY=1");
  unsetenv("NOTIFY_SOCKET");
  char text[64];
  const ssize_t size = ::recv(fd, text, sizeof text, MSG_DONTWAIT);
  ASSERT_GT(size, 0);
  EXPECT_EQ(std::string(text, size), "READY=1");
  EXPECT_LT(::recv(fd, text, sizeof text, MSG_DONTWAIT), 0);
  ::close(fd);
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace spanhound::server
