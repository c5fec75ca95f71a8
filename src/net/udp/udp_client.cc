#include "net/udp/udp_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace spanhound::net {
namespace {

class ConnectedUdpClient : public UdpClient {
 public:
  explicit ConnectedUdpClient(int socket) : socket_(socket) {}
  ~ConnectedUdpClient() override { close(socket_); }

  Status Send(std::string_view datagram) override {
    if (send(socket_, datagram.data(), datagram.size(), 0) >= 0) return Status::Ok();
    return Unavailable(std::string("send: ") + std::strerror(errno));
  }

 private:
  const int socket_;
};

bool ParseTarget(const std::string& target, sockaddr_in* address) {
  const size_t colon = std::min(target.rfind(':'), target.size());
  uint16_t port = 0;
  const char* end = target.data() + target.size();
  const bool has_port =
      colon + 1 < target.size() && std::from_chars(target.data() + colon + 1, end, port).ptr == end;
  address->sin_family = AF_INET;
  address->sin_port = htons(port);
  return has_port && inet_pton(AF_INET, target.substr(0, colon).c_str(), &address->sin_addr) == 1;
}

}  // namespace

Result<std::unique_ptr<UdpClient>> UdpClient::Create(const std::string& target) {
  sockaddr_in address{};
  if (!ParseTarget(target, &address)) {
    return InvalidArgument("not an IPv4 address and a port: " + target);
  }
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return Unavailable(std::string("socket: ") + std::strerror(errno));
  auto client = std::make_unique<ConnectedUdpClient>(socket);
  if (connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return Unavailable("connect to " + target + ": " + std::strerror(errno));
  }
  return std::unique_ptr<UdpClient>(std::move(client));
}

}  // namespace spanhound::net
