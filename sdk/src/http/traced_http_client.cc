#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>

#include "http/request_facts.h"
#include "spanhound/http_client.h"

namespace spanhound::sdk {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using Request = http::request<http::string_body>;

constexpr std::uint16_t kDefaultPort = 80;

std::string ErrorType(std::string_view step, const beast::error_code& error) {
  if (error == beast::error::timeout) return "timeout";
  if (error == asio::error::connection_refused) return "connection_refused";
  if (error == http::error::body_limit) return "response_too_large";
  return std::string(step);
}

// One exchange. The steps are asynchronous because only those can be given a deadline; Run waits.
class Exchange {
 public:
  Exchange(Request& request, HttpClientSpan& span, const HttpClientOptions& options)
      : request_(request),
        span_(span),
        deadline_(std::chrono::steady_clock::now() + options.timeout) {
    parser_.body_limit(options.response_bytes_max);
  }

  HttpClientResponse Run(const std::string& host, std::uint16_t port) {
    beast::error_code error;
    const auto endpoints = Tcp::resolver(io_).resolve(host, std::to_string(port), error);
    if (error) return Fail("resolve", error);
    if (!Step("connect", [&](auto done) {
          stream_.async_connect(endpoints, [done](auto result, const auto&) { done(result); });
        })) {
      return failure_;
    }
    const Tcp::endpoint peer = stream_.socket().remote_endpoint(error);
    if (!error) span_.SetPeer(peer.address().to_string(), peer.port());
    if (!Step("write",
              [&](auto done) {
                http::async_write(stream_, request_,
                                  [done](auto result, std::size_t) { done(result); });
              }) ||
        !Step("read", [&](auto done) {
          http::async_read(stream_, buffer_, parser_,
                           [done](auto result, std::size_t) { done(result); });
        })) {
      return failure_;
    }
    return Answer();
  }

 private:
  template <typename Start>
  bool Step(std::string_view name, Start start) {
    beast::error_code error;
    stream_.expires_at(deadline_);
    io_.restart();
    start([&error](beast::error_code result) { error = result; });
    io_.run();
    if (!error) return true;
    failure_ = Fail(name, error);
    return false;
  }

  HttpClientResponse Fail(std::string_view step, const beast::error_code& error) {
    HttpClientResponse response;
    response.error_type = ErrorType(step, error);
    response.error = std::string(step) + ": " + error.message();
    span_.EndWithError(response.error_type, response.error);
    return response;
  }

  HttpClientResponse Answer() {
    HttpClientResponse response;
    response.status = parser_.get().result_int();
    span_.SetProtocolVersion(ProtocolVersion(parser_.get().version()));
    response.body = std::move(parser_.get().body());
    span_.End(response.status);
    return response;
  }

  asio::io_context io_;
  beast::tcp_stream stream_{io_};
  beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
  Request& request_;
  HttpClientSpan& span_;
  std::chrono::steady_clock::time_point deadline_;
  HttpClientResponse failure_;
};

// Beast writes what it is given; a line break in it would start another header, or request.
bool IsOneLine(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; });
}

bool IsSendable(const HttpClientRequest& request) {
  if (!IsOneLine(request.method) || !IsOneLine(request.target) || request.method.empty() ||
      !request.target.starts_with('/') || request.target.find(' ') != std::string::npos) {
    return false;
  }
  return std::all_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
    return !header.first.empty() && IsOneLine(header.first) && IsOneLine(header.second);
  });
}

Request ToBeast(const HttpClientRequest& request, std::string host, std::uint16_t port) {
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  Request result;
  result.version(11);
  result.method_string(request.method);
  result.target(request.target);
  result.set(http::field::host, port == kDefaultPort ? host : host + ":" + std::to_string(port));
  result.set(http::field::connection, "close");
  for (const auto& [name, value] : request.headers) result.set(name, value);
  result.body() = request.body;
  result.prepare_payload();
  return result;
}

}  // namespace

std::optional<TracedHttpClient> TracedHttpClient::Create(std::string_view base_url,
                                                         HttpClientOptions options) {
  constexpr std::string_view kScheme = "http://";
  if (!base_url.starts_with(kScheme)) return std::nullopt;
  base_url.remove_prefix(kScheme.size());
  if (base_url.ends_with('/')) base_url.remove_suffix(1);
  const HostAndPort parsed = ParseHostAndPort(base_url);
  const bool says_port = base_url.rfind(':') != std::string_view::npos && !base_url.ends_with(']');
  if (parsed.host.empty() || parsed.host.find_first_of("/?#@ \r\n") != std::string::npos ||
      (says_port && parsed.port == 0)) {
    return std::nullopt;
  }
  return TracedHttpClient(parsed.host, says_port ? parsed.port : kDefaultPort, options);
}

HttpClientSpan BeginRequest(http::request_header<>& request, const HttpClientTarget& target) {
  BeastCarrier<http::fields> headers(request);
  return HttpClientSpan(target, ToStd(request.method_string()), ToStd(request.target()), headers);
}

HttpClientResponse TracedHttpClient::Send(const HttpClientRequest& request) const {
  if (!IsSendable(request)) {
    return {.status = 0, .body = {}, .error_type = "request", .error = "malformed request"};
  }
  try {
    Request message = ToBeast(request, host_, port_);
    HttpClientSpan span =
        BeginRequest(message, {.host = host_, .port = port_, .url_template = request.url_template});
    return Exchange(message, span, options_).Run(host_, port_);
  } catch (const std::exception& error) {  // no file descriptors left, a method Beast refuses
    return {.status = 0, .body = {}, .error_type = "request", .error = error.what()};
  }
}

}  // namespace spanhound::sdk
