#include "net/tcp_listener.h"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>

#include "base/log.h"

namespace spanhound::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

// When accept fails (no more file descriptors, usually), trying at once would only burn CPU.
constexpr std::chrono::milliseconds kAcceptRetryDelay{100};

}  // namespace

Status ListenOn(tcp::acceptor& acceptor, const std::string& name, const std::string& address,
                uint16_t port) {
  ErrorCode code;
  const asio::ip::address ip =
      asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, code);
  if (code) return InvalidArgument(name + ": not an IP address: " + address);
  const tcp::endpoint endpoint(ip, port);
  acceptor.open(endpoint.protocol(), code);
  if (!code) acceptor.set_option(tcp::acceptor::reuse_address(true), code);
  if (!code) acceptor.bind(endpoint, code);
  if (!code) acceptor.listen(tcp::acceptor::max_listen_connections, code);
  if (!code) return Status::Ok();
  return Unavailable(name + ": listen on " + address + " port " + std::to_string(port) + ": " +
                     code.message());
}

TcpListener::TcpListener(asio::io_context& io, std::string name,
                         std::function<void(tcp::socket)> on_connection)
    : io_(io),
      name_(std::move(name)),
      on_connection_(std::move(on_connection)),
      acceptor_(asio::make_strand(io)),
      retry_timer_(acceptor_.get_executor()) {}

Status TcpListener::Listen(const std::string& address, uint16_t port) {
  RETURN_IF_ERROR(ListenOn(acceptor_, name_, address, port));
  port_ = acceptor_.local_endpoint().port();
  Accept();
  return Status::Ok();
}

void TcpListener::Accept() {
  acceptor_.async_accept(asio::make_strand(io_),
                         [self = shared_from_this()](ErrorCode code, tcp::socket socket) {
                           self->OnAccept(code, std::move(socket));
                         });
}

void TcpListener::OnAccept(ErrorCode code, tcp::socket socket) {
  if (!acceptor_.is_open()) return;
  if (code) {
    Log(LogLevel::kWarning, name_ + ": accept: " + code.message());
    retry_timer_.expires_after(kAcceptRetryDelay);
    retry_timer_.async_wait([self = shared_from_this()](ErrorCode) {
      if (self->acceptor_.is_open()) self->Accept();
    });
    return;
  }
  on_connection_(std::move(socket));
  Accept();
}

void TcpListener::Close() {
  asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
    ErrorCode ignored;
    self->acceptor_.close(ignored);
    self->retry_timer_.cancel();
  });
}

}  // namespace spanhound::net
