// HttpStream: the bytes of one connection, in plain text or through TLS, behind one face (Asio's
// AsyncStream, so that asio::async_write works). Time-outs are those of tcp(), in both cases.
// Everything on the connection's strand.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl.hpp>
#include <memory>
#include <optional>
#include <utility>

namespace spanhound::net {

class HttpStream {
 public:
  using executor_type = boost::beast::tcp_stream::executor_type;
  using ErrorCode = boost::system::error_code;

  // `tls` null: plain text.
  HttpStream(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls)
      : tcp_(std::move(socket)) {
    if (tls) tls_.emplace(tcp_, *tls);
  }

  boost::beast::tcp_stream& tcp() { return tcp_; }
  executor_type get_executor() { return tcp_.get_executor(); }
  bool is_encrypted() const { return tls_.has_value(); }

  template <typename Done>
  void Handshake(boost::asio::ssl::stream_base::handshake_type type, Done done) {
    tls_->async_handshake(type, std::move(done));
  }

  template <typename Buffers, typename Done>
  void async_read_some(const Buffers& buffers, Done&& done) {
    tls_ ? tls_->async_read_some(buffers, std::forward<Done>(done))
         : tcp_.async_read_some(buffers, std::forward<Done>(done));
  }
  template <typename Buffers, typename Done>
  void async_write_some(const Buffers& buffers, Done&& done) {
    tls_ ? tls_->async_write_some(buffers, std::forward<Done>(done))
         : tcp_.async_write_some(buffers, std::forward<Done>(done));
  }

  // For a client: the name the server's certificate must carry.
  SSL* native_tls() { return tls_->native_handle(); }

 private:
  boost::beast::tcp_stream tcp_;
  std::optional<boost::asio::ssl::stream<boost::beast::tcp_stream&>> tls_;
};

}  // namespace spanhound::net
