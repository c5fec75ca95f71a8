// Client spans for HTTP: around one request of any Boost.Beast client, and a small blocking client
// that has them built in.
//
//   HttpClientSpan span(request, {.host = "api.example.org", .port = 80});  // writes traceparent
//   http::write(stream, request); http::read(stream, buffer, response);
//   span.End(response.result_int());
//
// 4xx and 5xx are errors for a client. The span is a child of the current one; it is named by the
// method, or "GET /template" if a template is given.
//
// Threads: an HttpClientSpan one at a time; a TracedHttpClient any number at once (one connection
// per request). Failure: transport errors are values; nothing throws.
#pragma once

#include <opentelemetry/context/context.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/span.h>

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spanhound/propagation.h"

namespace spanhound::sdk {

struct HttpClientTarget {
  std::string host = {};
  std::uint16_t port = 0;
  std::string scheme = "http";
  std::string url_template = {};  // e.g. "/api/v1/pods/{name}": becomes part of the span name
};

class HttpClientSpan {
 public:
  // Starts the span and injects its context into `request`.
  HttpClientSpan(boost::beast::http::request_header<>& request, const HttpClientTarget& target);
  ~HttpClientSpan();  // ends as failed if no End came before
  HttpClientSpan(const HttpClientSpan&) = delete;
  HttpClientSpan& operator=(const HttpClientSpan&) = delete;

  const Context& context() const { return context_; }
  const opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span>& span() const { return span_; }

  void SetPeer(std::string_view address, std::uint16_t port);

  // Once; later calls do nothing.
  void End(unsigned status_code);
  // No response came: `error_type` is a short stable name, "timeout".
  void EndWithError(std::string_view error_type, std::string_view message);

 private:
  Context context_;
  opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span> span_;
  bool ended_ = false;
};

struct HttpClientOptions {
  std::chrono::milliseconds timeout = std::chrono::seconds(10);  // per request, all of it
  std::size_t response_bytes_max = 64u << 20;  // a list of 20,000 Kubernetes objects
};

struct HttpClientRequest {
  std::string method = "GET";
  std::string target = "/";
  std::string url_template = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

struct HttpClientResponse {
  unsigned status = 0;  // 0: none came, see error
  std::string body;
  std::string error_type;  // as in the span: "connect", "timeout", ...
  std::string error;

  bool ok() const { return status >= 200 && status < 300; }
};

// Plain-text HTTP/1.1 to one host. Follows no redirects and repeats no request.
class TracedHttpClient {
 public:
  // "http://host[:port]" with nothing behind it; nullopt for anything else.
  static std::optional<TracedHttpClient> Create(std::string_view base_url,
                                                HttpClientOptions options = {});

  HttpClientResponse Send(const HttpClientRequest& request) const;
  HttpClientResponse Get(std::string target) const { return Send({.target = std::move(target)}); }

  const std::string& host() const { return host_; }
  std::uint16_t port() const { return port_; }

 private:
  TracedHttpClient(std::string host, std::uint16_t port, HttpClientOptions options)
      : host_(std::move(host)), port_(port), options_(options) {}

  std::string host_;
  std::uint16_t port_;
  HttpClientOptions options_;
};

}  // namespace spanhound::sdk
