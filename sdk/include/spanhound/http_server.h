// Server spans for Boost.Beast (any body type, sync or async).
//
//   HttpServerTracing tracing({.route = [](const auto& request) { return Route(request); }});
//
//   // A handler that returns its response: the span is current while it runs.
//   auto response = tracing.Handle(request, connection, [&](HttpServerSpan& span) { return ...; });
//
//   // An asynchronous one: keep the span with the session and end it when the reply is sent.
//   auto span = std::make_shared<HttpServerSpan>(tracing.Begin(request, connection));
//   ... RunInContext(span->context(), [&] { ... }); ... span->End(response.result_int());
//
// A request with a valid trace context is continued, one without starts a trace; bad headers are
// ignored. Names, attributes and status follow the semantic conventions: "GET /route", 5xx is an
// error, 4xx is not.
//
// Threads: HttpServerTracing any, once built; an HttpServerSpan one at a time.
// Failure: none. A handler's exception is recorded and passes through.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <exception>
#include <functional>
#include <string>
#include <utility>

#include "spanhound/http_span.h"
#include "spanhound/propagation.h"

namespace spanhound::sdk {

using HttpRequestHead = boost::beast::http::request_header<>;

struct HttpServerOptions {
  // The route template of a request, "/users/{id}"; "" if there is none. It names the span, so it
  // must come from a small set, never from the path itself. Unset: no route.
  std::function<std::string(const HttpRequestHead&)> route = {};
  // False: the request gets no span (health checks).
  std::function<bool(const HttpRequestHead&)> filter = {};
  std::string scheme = "http";
  // client.address from X-Forwarded-For, as proxies write it. Off when clients connect directly.
  bool trust_forwarded_for = true;
};

class HttpServerTracing {
 public:
  explicit HttpServerTracing(HttpServerOptions options = {}) : options_(std::move(options)) {}

  // Of a request that options.filter refuses, a span that ignores everything.
  HttpServerSpan Begin(const HttpRequestHead& request, const HttpConnection& connection) const;

  // Runs `handler(HttpServerSpan&)`, which returns a Beast response, with the span current.
  template <typename Handler>
  auto Handle(const HttpRequestHead& request, const HttpConnection& connection,
              Handler&& handler) const;

 private:
  HttpServerOptions options_;
};

template <typename Socket>
HttpConnection HttpConnection::Of(const Socket& socket) {
  HttpConnection connection;
  typename Socket::endpoint_type endpoint;
  boost::system::error_code error;
  endpoint = socket.remote_endpoint(error);
  if (!error) {
    connection.peer_address = endpoint.address().to_string();
    connection.peer_port = endpoint.port();
  }
  endpoint = socket.local_endpoint(error);
  if (!error) {
    connection.local_address = endpoint.address().to_string();
    connection.local_port = endpoint.port();
  }
  return connection;
}

template <typename Handler>
auto HttpServerTracing::Handle(const HttpRequestHead& request, const HttpConnection& connection,
                               Handler&& handler) const {
  HttpServerSpan span = Begin(request, connection);
  try {
    auto response = RunInContext(span.context(), [&] { return handler(span); });
    span.End(response.result_int());
    return response;
  } catch (const std::exception& error) {
    span.EndWithError("exception", error.what());
    throw;
  } catch (...) {
    span.EndWithError("exception", "not a std::exception");
    throw;
  }
}

}  // namespace spanhound::sdk
