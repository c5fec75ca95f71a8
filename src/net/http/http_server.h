// HTTP/1.1 server on Boost.Beast: bytes in, HttpRequest to a handler, HttpResponse out. Knows no
// telemetry. Handlers run on threads of the server's, in the order of the requests; they answer
// through the responder, exactly once, from any thread, at once or later. Content-Encoding of the
// request (identity, gzip, zstd) is undone before the handler sees the body, under the same size
// limit; replies are gzipped for clients that accept it when that pays.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/metrics.h"
#include "base/request_limits.h"
#include "base/status.h"
#include "net/byte_budget.h"
#include "net/http/http_limits.h"
#include "net/http/peer_watch.h"

namespace spanhound::net {

class TlsContext;

struct HttpRequest {
  std::string method;  // "GET"
  std::string path;    // as sent, without the query; still percent-encoded
  std::vector<std::pair<std::string, std::string>> query;    // decoded, in order, repeats kept
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::vector<std::string> path_parameters;  // filled by HttpRouter, decoded
  HttpPeer peer;

  // The first value, or "".
  std::string_view header(std::string_view lower_case_name) const;
  std::string_view query_value(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

using HttpResponder = std::function<void(HttpResponse)>;
using HttpHandler = std::function<void(HttpRequest, HttpResponder)>;
// Renders an error the server itself must answer (413, 400, 415 ...) in the door's own style.
using HttpErrorRenderer =
    std::function<HttpResponse(const HttpRequest&, int http_status, std::string_view message)>;

// Asked when the head of a request is there and before its body is read. May change the headers the
// handler will see. UNAUTHENTICATED is answered with 401, PERMISSION_DENIED 403, UNAVAILABLE 503
// and Retry-After. Any thread, and must not block.
using HttpAdmission = std::function<Status(HttpRequest& head)>;

struct HttpServerOptions : HttpLimits {
  RequestLimits request;
  std::string name;  // for logs and the metric label: "otlp-http"
  std::string address = "127.0.0.1";
  uint16_t port = 0;  // 0: any free one, see port()
  // Names a browser may use to reach us, besides IP literals and localhost; the Host check against
  // DNS rebinding. Empty list and a loopback address: only those.
  std::vector<std::string> allowed_hosts;
  HttpErrorRenderer render_error;         // default: text/plain
  HttpAdmission admit;                    // default: everybody
  std::shared_ptr<ByteBudget> in_flight;  // shared by several servers; default: one of its own
  std::shared_ptr<TlsContext> tls;        // null: plain text
};

class HttpServer {
 public:
  // Listening when it returns. Handlers run on `threads`, in the order of the requests.
  static Result<std::unique_ptr<HttpServer>> Start(HttpServerOptions options, int threads,
                                                   HttpHandler handler, Metrics& metrics);
  virtual ~HttpServer() = default;  // Stops at once.
  virtual uint16_t port() const = 0;
  // Accepts nothing new, lets running requests finish, at most until the deadline.
  virtual void Stop(uint32_t deadline_ms) = 0;
};

}  // namespace spanhound::net
