// Server spans for cpp-httplib: every request of a server, with one line.
//
//   httplib::Server server;
//   HttplibTracing tracing(server);
//   server.Get(R"(/users/(\d+))",
//              tracing.Route("/users/{id}", [](const auto& request, auto& response) {
//                ...  // the request's span and baggage are current
//              }));
//
// Route names the span; a handler registered without it is traced, too, by its method alone.
// What the span looks like is told in http_span.h. An exception of a handler is the server's to
// answer (500, or your exception handler) and the span's description.
//
// The server has one pre-routing handler and one logger, and tracing needs both: give yours in the
// options. Link the CMake target spanhound::httplib: Debian's cpp-httplib corrupts memory in
// programs built without the macros of its package.
//
// Threads: set up before the server listens; cpp-httplib works on a request on one thread, so the
// span is current from routing until the last byte of the response. The tracing must live as long
// as the server. Failure: none.
#pragma once

#include <httplib.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "spanhound/http_span.h"

namespace spanhound::sdk {

struct HttplibOptions {
  // False: the request gets no span (health checks).
  std::function<bool(const httplib::Request&)> filter = {};
  std::string scheme = "http";
  // client.address from X-Forwarded-For, as proxies write it. Off when clients connect directly.
  bool trust_forwarded_for = true;
  httplib::Server::HandlerWithResponse pre_routing = {};  // run with the span current
  httplib::Logger logger = {};                            // run with the span still open
};

class HttplibTracing {
 public:
  explicit HttplibTracing(httplib::Server& server, HttplibOptions options = {})
      : options_(std::move(options)) {
    server.set_pre_routing_handler([this](const auto& request, auto& response) {
      Begin(request);
      return options_.pre_routing ? options_.pre_routing(request, response)
                                  : httplib::Server::HandlerResponse::Unhandled;
    });
    server.set_logger([this](const auto& request, const auto& response) {
      if (options_.logger) options_.logger(request, response);
      End(response);
    });
  }
  HttplibTracing(const HttplibTracing&) = delete;
  HttplibTracing& operator=(const HttplibTracing&) = delete;

  httplib::Server::Handler Route(std::string route, httplib::Server::Handler handler) const {
    return [route = std::move(route), handler = std::move(handler)](const httplib::Request& request,
                                                                    httplib::Response& response) {
      if (Active()) Active()->span.SetRoute(route);
      handler(request, response);
    };
  }

 private:
  struct Current {
    explicit Current(HttpServerSpan&& begun)
        : span(std::move(begun)),
          scope(opentelemetry::context::RuntimeContext::Attach(span.context())) {}
    HttpServerSpan span;
    opentelemetry::nostd::unique_ptr<opentelemetry::context::Token> scope;
  };

  // Of the request this thread works on.
  static std::optional<Current>& Active() {
    thread_local std::optional<Current> active;
    return active;
  }

  void Begin(const httplib::Request& request) const {
    Active().reset();  // of a request that went without the logger
    const HeaderCarrier<const httplib::Headers> headers(request.headers);
    if (options_.filter && !options_.filter(request)) {
      Active().emplace(HttpServerSpan::Untraced(headers));
      return;
    }
    const std::string host = request.get_header_value("Host");
    const std::string user_agent = request.get_header_value("User-Agent");
    const std::string forwarded_for = request.get_header_value("X-Forwarded-For");
    constexpr std::string_view kProtocol = "HTTP/";
    std::string_view version = request.version;
    if (version.starts_with(kProtocol)) version.remove_prefix(kProtocol.size());
    HttpServerRequest facts = {.method = request.method,
                               .target = request.target,
                               .host = host,
                               .user_agent = user_agent,
                               .protocol_version = version,
                               .scheme = options_.scheme};
    if (options_.trust_forwarded_for) facts.forwarded_for = forwarded_for;
    Active().emplace(HttpServerSpan(facts,
                                    {.peer_address = request.remote_addr,
                                     .peer_port = Port(request.remote_port),
                                     .local_address = request.local_addr,
                                     .local_port = Port(request.local_port)},
                                    headers));
  }

  static void End(const httplib::Response& response) {
    if (!Active()) return;  // of bytes that are no request: there was no routing
    // Where cpp-httplib puts what() of an exception nobody handles.
    Active()->span.End(static_cast<unsigned>(response.status),
                       response.get_header_value("EXCEPTION_WHAT"));
    Active().reset();
  }

  static std::uint16_t Port(int port) {
    return port > 0 && port <= 65535 ? static_cast<std::uint16_t>(port) : 0;
  }

  HttplibOptions options_;
};

}  // namespace spanhound::sdk
