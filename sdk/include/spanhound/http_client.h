// Client spans for HTTP: around one request of any Boost.Beast client, and a small blocking client
// that has them built in.
//
//   auto span = BeginRequest(request, {.host = "api.example.org", .port = 80});
//   http::write(stream, request); http::read(stream, buffer, response);
//   span.End(response.result_int());
//
// http_span.h says what the span looks like.
//
// Threads: an HttpClientSpan one at a time; a TracedHttpClient any number at once (one connection
// per request). Failure: transport errors are values; nothing throws.
#pragma once

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

#include "spanhound/http_span.h"

namespace spanhound::sdk {

// Starts the span of a Beast request and writes its context into it.
HttpClientSpan BeginRequest(boost::beast::http::request_header<>& request,
                            const HttpClientTarget& target);

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
