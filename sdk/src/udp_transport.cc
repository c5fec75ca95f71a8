#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "transport.h"

namespace spanhound::sdk {
namespace {

class UdpTransport : public Transport {
 public:
  explicit UdpTransport(Endpoint endpoint) : address_(std::move(endpoint.url)) {}
  ~UdpTransport() override { Close(); }

  Reply Send(std::string_view body, StopSignal::Clock::time_point, const StopSignal&) override {
    // The first failure may tell of the datagram before: the port was closed then.
    for (int attempt = 0; attempt < 2; ++attempt) {
      if (socket_ < 0 && !Open()) break;
      if (send(socket_, body.data(), body.size(), MSG_NOSIGNAL) >= 0) {
        return {.kind = Reply::Kind::kAccepted, .error = {}, .body = {}};
      }
      error_ = std::strerror(errno);
      Close();
    }
    return {.kind = Reply::Kind::kRefused, .error = error_, .body = {}};
  }

  const std::string& destination() const override { return address_; }

 private:
  bool Open() {
    const std::size_t colon = address_.rfind(':');
    std::string host = address_.substr(0, colon);
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    const std::string port = colon == std::string::npos ? "" : address_.substr(colon + 1);
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* list = nullptr;
    if (const int code = getaddrinfo(host.c_str(), port.c_str(), &hints, &list); code != 0) {
      error_ = gai_strerror(code);
      return false;
    }
    for (const addrinfo* each = list; each != nullptr && socket_ < 0; each = each->ai_next) {
      socket_ = socket(each->ai_family, each->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      if (socket_ >= 0 && connect(socket_, each->ai_addr, each->ai_addrlen) != 0) Close();
    }
    freeaddrinfo(list);
    if (socket_ < 0) error_ = std::strerror(errno);
    return socket_ >= 0;
  }

  void Close() {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
  }

  const std::string address_;
  std::string error_;
  int socket_ = -1;
};

}  // namespace

std::unique_ptr<Transport> MakeUdpTransport(Endpoint endpoint) {
  return std::make_unique<UdpTransport>(std::move(endpoint));
}

}  // namespace spanhound::sdk
