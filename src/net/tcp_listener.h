// TcpListener: a listening TCP socket that hands every connection to a callback. Owned by its
// pending accept. Listen once; Close from any thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/status.h"

namespace spanhound::net {

// Opens, binds and listens; `name` begins the error. Port 0: any free one.
Status ListenOn(boost::asio::ip::tcp::acceptor& acceptor, const std::string& name,
                const std::string& address, uint16_t port);

class TcpListener : public std::enable_shared_from_this<TcpListener> {
 public:
  // `name` is for logs. `on_connection` is called on a strand of the listener's own.
  TcpListener(boost::asio::io_context& io, std::string name,
              std::function<void(boost::asio::ip::tcp::socket)> on_connection);

  // Port 0: any free one.
  Status Listen(const std::string& address, uint16_t port);
  uint16_t port() const { return port_; }
  void Close();

 private:
  void Accept();
  void OnAccept(boost::system::error_code code, boost::asio::ip::tcp::socket socket);

  boost::asio::io_context& io_;
  const std::string name_;
  const std::function<void(boost::asio::ip::tcp::socket)> on_connection_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_timer_;
  uint16_t port_ = 0;
};

}  // namespace spanhound::net
