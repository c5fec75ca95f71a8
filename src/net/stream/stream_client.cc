#include "net/stream/stream_client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>

namespace spanhound::net {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

class AsioStreamClient : public StreamClient {
 public:
  explicit AsioStreamClient(uint32_t timeout_ms) : timeout_(timeout_ms), stream_(io_) {}

  Status Connect(const std::string& host, const std::string& port) {
    ErrorCode code;
    const auto endpoints = asio::ip::tcp::resolver(io_).resolve(host, port, code);
    if (code) return Unavailable("resolve " + host + ": " + code.message());
    return Run("connect to " + host + ":" + port, [&](auto done) {
      stream_.async_connect(endpoints, [done](ErrorCode result, const auto&) { done(result); });
    });
  }

  Status Send(std::string_view bytes) override {
    return Run("send", [&](auto done) {
      asio::async_write(stream_, asio::buffer(bytes),
                        [done](ErrorCode code, size_t) { done(code); });
    });
  }

  Result<std::string> Receive(size_t bytes) override {
    std::string received(bytes, '\0');
    RETURN_IF_ERROR(Run("receive", [&](auto done) {
      asio::async_read(stream_, asio::buffer(received),
                       [done](ErrorCode code, size_t) { done(code); });
    }));
    return received;
  }

 private:
  // Asynchronous inside, because only so there is a time-out.
  template <typename Begin>
  Status Run(const std::string& what, Begin begin) {
    ErrorCode result;
    stream_.expires_after(timeout_);
    begin([&result](ErrorCode code) { result = code; });
    io_.restart();
    io_.run();
    if (result) return Unavailable(what + ": " + result.message());
    return Status::Ok();
  }

  const std::chrono::milliseconds timeout_;
  asio::io_context io_;
  boost::beast::tcp_stream stream_;
};

}  // namespace

Result<std::unique_ptr<StreamClient>> StreamClient::Create(std::string_view address,
                                                           uint32_t timeout_ms) {
  const size_t colon = address.rfind(':');
  if (colon == address.npos) return InvalidArgument("no port in " + std::string(address));
  auto client = std::make_unique<AsioStreamClient>(timeout_ms);
  RETURN_IF_ERROR(client->Connect(std::string(address.substr(0, colon)),
                                  std::string(address.substr(colon + 1))));
  return std::unique_ptr<StreamClient>(std::move(client));
}

}  // namespace spanhound::net
