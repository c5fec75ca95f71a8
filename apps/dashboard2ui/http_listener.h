// HTTP/1.1 server of the front: asynchronous connections, handlers on a pool of threads (they wait
// for the back end).
//
// Threads: Start and Stop from one; the handler is called from many at once.
// Failure: Start says why it cannot listen. A handler that throws gives a 500.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "service/listen_address.h"
#include "spanhound/http_server.h"

namespace dashboard2ui {

using Request = boost::beast::http::request<boost::beast::http::string_body>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;
using Handler =
    std::function<Response(const Request&, const spanhound::sdk::HttpConnection& connection)>;

class HttpListener {
 public:
  explicit HttpListener(Handler handler);
  ~HttpListener();

  // Listens and returns; on success `address->port` is the real one and the result is empty.
  std::string Start(service::ListenAddress* address);

  // Takes no more connections, lets running handlers finish, closes everything.
  void Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dashboard2ui
