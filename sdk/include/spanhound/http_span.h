// One HTTP request as a span, whatever library carries it. http_server.h and http_client.h do this
// for Boost.Beast, httplib_server.h for cpp-httplib, curl_client.h for libcurl; for any other
// library tell these two classes what the request is:
//
//   HeaderCarrier headers(request.headers);             // propagation.h: map, multimap, vector
//   HttpServerSpan span({.method = "GET", .target = "/users/7", .route = "/users/{id}"}, {},
//                       headers);
//   auto response = RunInContext(span.context(), [&] { return Handle(request); });
//   span.End(response.status);
//
//   HttpClientSpan span({.host = "api.example", .port = 80}, "GET", "/users/7", headers);
//   ... send; span.End(status) or span.EndWithError("timeout", "no answer within 5 s");
//
// Names, attributes, status and the metrics http.server.request.duration and
// http.client.request.duration follow the semantic conventions: "GET /route"; 5xx is an error, 4xx
// one for a client only. A server span continues the trace in the headers (bad ones are ignored); a
// client span is a child of the current one and writes its context into the headers.
//
// Threads: each object one at a time. Failure: none.
#pragma once

#include <opentelemetry/context/context.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/span.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "spanhound/propagation.h"

namespace spanhound::sdk {

// Both ends of the TCP connection a request came by; what is empty or 0 is not recorded.
struct HttpConnection {
  std::string peer_address = {};
  std::uint16_t peer_port = 0;
  std::string local_address = {};  // stands in for a missing Host header
  std::uint16_t local_port = 0;

  // Of a connected boost::asio socket; empty when the peer is already gone (http_server.h).
  template <typename Socket>
  static HttpConnection Of(const Socket& socket);
};

// A request as a server got it; views are read in the call only.
struct HttpServerRequest {
  std::string_view method = {};
  std::string_view target = {};  // "/path?query"
  std::string_view host = {};    // of the Host header
  std::string_view user_agent = {};
  std::string_view forwarded_for = {};  // X-Forwarded-For; leave empty if clients connect directly
  std::string_view protocol_version = {};  // "1.1"
  std::string_view scheme = "http";
  std::string_view route = {};  // "/users/{id}", from a small set; "" if not known (yet)
};

class HttpServerSpan {
 public:
  HttpServerSpan(const HttpServerRequest& request, const HttpConnection& connection,
                 const TextMapCarrier& headers);
  // No span of its own, for requests nobody wants to see; what is called still continues the
  // caller's trace.
  static HttpServerSpan Untraced(const TextMapCarrier& headers);

  ~HttpServerSpan();  // ends as failed if no End came before: nobody answered
  HttpServerSpan(HttpServerSpan&& other) noexcept;
  HttpServerSpan& operator=(HttpServerSpan&&) = delete;

  // The caller's baggage and this span: to be made current where the request is worked on.
  const Context& context() const { return context_; }
  const opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span>& span() const { return span_; }
  bool traced() const { return traced_; }

  // For a router that knows the route only after it looked; renames the span.
  void SetRoute(std::string_view route);

  // Once; later calls do nothing. `message` describes a status that is an error.
  void End(unsigned status_code, std::string_view message = {});
  void EndWithError(std::string_view error_type, std::string_view message);

 private:
  explicit HttpServerSpan(const Context& context);
  void Finish(std::string_view error_type, std::string_view message, unsigned status_code);

  Context context_;
  opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span> span_;
  std::chrono::steady_clock::time_point start_ = {};
  std::string method_, scheme_, route_;  // for name and metric
  bool traced_ = false;
  bool ended_ = false;
};

// Where a client's request goes. Without credentials: they would be recorded.
struct HttpClientTarget {
  std::string host = {};
  std::uint16_t port = 0;
  std::string scheme = "http";
  std::string url_template = {};  // e.g. "/api/v1/pods/{name}": becomes part of the span name
};

class HttpClientSpan {
 public:
  // Starts the span and writes its context into `headers`. `path` may have a query.
  HttpClientSpan(const HttpClientTarget& target, std::string_view method, std::string_view path,
                 TextMapCarrier& headers);
  ~HttpClientSpan();  // ends as failed if no End came before
  HttpClientSpan(const HttpClientSpan&) = delete;
  HttpClientSpan& operator=(const HttpClientSpan&) = delete;

  const Context& context() const { return context_; }
  const opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span>& span() const { return span_; }

  void SetPeer(std::string_view address, std::uint16_t port);
  void SetProtocolVersion(std::string_view version);  // "1.1", "2"

  // Once; later calls do nothing.
  void End(unsigned status_code);
  // The exchange failed: `error_type` is a short stable name, "timeout". `status_code` is 0 unless
  // the failure came after the status line.
  void EndWithError(std::string_view error_type, std::string_view message,
                    unsigned status_code = 0);

 private:
  Context context_;
  opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span> span_;
  std::chrono::steady_clock::time_point start_ = {};
  std::string method_, host_;  // for the metric
  std::uint16_t port_ = 0;
  bool ended_ = false;
};

}  // namespace spanhound::sdk
