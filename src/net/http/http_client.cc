#include "net/http/http_client.h"

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "net/http/http_stream.h"

namespace spanhound::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr uint32_t kResponseHeadBytesMax = 64 << 10;
// Beast reads as much at a time as its buffer has room for, by itself 512 bytes.
constexpr size_t kReadBytes = 64 << 10;

Status ToStatus(std::string_view action, const ErrorCode& error) {
  std::string message = std::string(action) + ": " + error.message();
  if (error == beast::error::timeout) return {Code::kDeadlineExceeded, std::move(message)};
  if (error == http::error::body_limit) return ResourceExhausted(std::move(message));
  return Unavailable(std::move(message));
}

// The server's certificate must be for this host, which it is told as well.
Status ExpectName(SSL* tls, const std::string& host) {
  SSL_set_verify(tls, SSL_VERIFY_PEER, nullptr);
  ErrorCode not_address;
  asio::ip::make_address(host, not_address);
  const bool is_set = not_address
                          ? SSL_set_tlsext_host_name(tls, host.c_str()) == 1 &&
                                SSL_set1_host(tls, host.c_str()) == 1
                          : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1;
  return is_set ? Status::Ok() : Internal("TLS: cannot expect the name " + host);
}

Result<std::shared_ptr<asio::ssl::context>> ClientContext(const std::string& authorities) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  ErrorCode error;
  authorities.empty() ? context->set_default_verify_paths(error)
                      : context->load_verify_file(authorities, error);
  if (error) return InvalidArgument("TLS: " + authorities + ": " + error.message());
  return context;
}

// The blocking calls have no timeout of their own, so each step is an asynchronous one with a
// private io_context run until it is done.
class BeastHttpClient : public HttpClient {
 public:
  BeastHttpClient(std::string host, std::string port, std::shared_ptr<asio::ssl::context> tls,
                  uint32_t timeout_ms, size_t response_bytes_max)
      : host_(std::move(host)),
        port_(std::move(port)),
        tls_(std::move(tls)),
        timeout_(timeout_ms),
        response_bytes_max_(response_bytes_max) {
    buffer_.reserve(kReadBytes);
  }

  Result<HttpClientResponse> Get(
      std::string_view target,
      const std::vector<std::pair<std::string, std::string>>& headers) override {
    std::string head = Head("GET", target);
    AppendHeaders(headers, &head);
    return Exchange(head + "\r\n", "");
  }

  Result<HttpClientResponse> Post(
      std::string_view target, std::string_view content_type, std::string_view body,
      const std::vector<std::pair<std::string, std::string>>& headers) override {
    std::string head = Head("POST", target);
    head.append("Content-Type: ").append(content_type).append("\r\n");
    head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    AppendHeaders(headers, &head);
    return Exchange(head + "\r\n", body);
  }

 private:
  static void AppendHeaders(const std::vector<std::pair<std::string, std::string>>& headers,
                            std::string* head) {
    for (const auto& [name, value] : headers) head->append(name + ": " + value + "\r\n");
  }

  std::string Head(std::string_view method, std::string_view target) const {
    std::string head(method);
    head.append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(host_);
    return head + ":" + port_ + "\r\n";
  }

  // A kept connection may have been closed by the server while it idled; then once more on a new
  // one. Not after the first byte of an answer.
  Result<HttpClientResponse> Exchange(const std::string& head, std::string_view body) {
    bool is_kept = stream_.has_value();
    bool is_stale = false;
    Result<HttpClientResponse> response = ExchangeOnce(head, body, &is_stale);
    if (!is_kept || !is_stale) return response;
    return ExchangeOnce(head, body, &is_stale);
  }

  Result<HttpClientResponse> ExchangeOnce(const std::string& head, std::string_view body,
                                          bool* is_stale) {
    RETURN_IF_ERROR(Connect());
    ErrorCode write_error = Write(head, body);
    if (write_error == beast::error::timeout) return Fail("write", write_error);
    // Also after a failed write: a server that refuses a body early has answered all the same.
    http::response_parser<http::string_body> parser;
    parser.header_limit(kResponseHeadBytesMax);
    parser.body_limit(response_bytes_max_);
    ErrorCode error = Read(parser);
    *is_stale = !parser.got_some() && error && error != beast::error::timeout;
    if (error) return Fail("read", error);
    if (!parser.keep_alive() || write_error) stream_.reset();
    return ToResponse(parser.release());
  }

  static HttpClientResponse ToResponse(http::response<http::string_body> message) {
    HttpClientResponse response;
    response.status = static_cast<int>(message.result_int());
    response.content_type = std::string(message[http::field::content_type]);
    for (const auto& field : message) {
      std::string name(field.name_string());
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
      response.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    response.body = std::move(message.body());
    return response;
  }

  Status Fail(std::string_view action, const ErrorCode& error) {
    stream_.reset();
    return ToStatus(std::string(action) + " " + host_ + ":" + port_, error);
  }

  Status Connect() {
    if (stream_) return Status::Ok();
    ErrorCode error;
    tcp::resolver resolver(io_);
    auto endpoints = resolver.resolve(host_, port_, error);
    if (error) return Fail("resolve", error);
    buffer_.clear();
    stream_.emplace(tcp::socket(io_), tls_);
    stream_->tcp().expires_after(timeout_);
    stream_->tcp().async_connect(
        endpoints, [&error](ErrorCode result, const tcp::endpoint&) { error = result; });
    RunIo();
    if (error) return Fail("connect to", error);
    stream_->tcp().socket().set_option(tcp::no_delay(true), error);
    return tls_ ? Handshake() : Status::Ok();
  }

  Status Handshake() {
    ErrorCode error;
    RETURN_IF_ERROR(ExpectName(stream_->native_tls(), host_));
    stream_->Handshake(asio::ssl::stream_base::client,
                       [&error](ErrorCode result) { error = result; });
    RunIo();
    return error ? Fail("TLS with", error) : Status::Ok();
  }

  ErrorCode Write(const std::string& head, std::string_view body) {
    ErrorCode error;
    std::array<asio::const_buffer, 2> parts = {asio::buffer(head), asio::buffer(body)};
    stream_->tcp().expires_after(timeout_);
    asio::async_write(*stream_, parts, [&error](ErrorCode result, size_t) { error = result; });
    RunIo();
    return error;
  }

  ErrorCode Read(http::response_parser<http::string_body>& parser) {
    ErrorCode error;
    stream_->tcp().expires_after(timeout_);
    http::async_read(*stream_, buffer_, parser,
                     [&error](ErrorCode result, size_t) { error = result; });
    RunIo();
    return error;
  }

  void RunIo() {
    io_.restart();
    io_.run();
  }

  const std::string host_;
  const std::string port_;
  const std::shared_ptr<asio::ssl::context> tls_;  // null: plain text
  const std::chrono::milliseconds timeout_;
  const size_t response_bytes_max_;
  asio::io_context io_{1};
  beast::flat_buffer buffer_;
  std::optional<HttpStream> stream_;
};

}  // namespace

std::string_view HttpClientResponse::header(std::string_view lower_case_name) const {
  auto it = std::find_if(headers.begin(), headers.end(), [lower_case_name](const auto& field) {
    return field.first == lower_case_name;
  });
  return it == headers.end() ? std::string_view() : std::string_view(it->second);
}

Result<std::unique_ptr<HttpClient>> HttpClient::Create(std::string_view base_url,
                                                       uint32_t timeout_ms,
                                                       size_t response_bytes_max,
                                                       const std::string& authorities) {
  constexpr std::string_view kPlain = "http://", kEncrypted = "https://";
  std::string_view rest = base_url;
  const bool is_encrypted = rest.starts_with(kEncrypted);
  if (!is_encrypted && !rest.starts_with(kPlain))
    return InvalidArgument("not an http:// or https:// URL: " + std::string(base_url));
  rest.remove_prefix(is_encrypted ? kEncrypted.size() : kPlain.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  size_t colon = rest.rfind(':');
  bool has_port =
      colon != std::string_view::npos && rest.find(']', colon) == std::string_view::npos;
  std::string port(has_port ? rest.substr(colon + 1) : is_encrypted ? "443" : "80");
  std::string_view host = has_port ? rest.substr(0, colon) : rest;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  bool is_number = !port.empty() && port.find_first_not_of("0123456789") == std::string::npos;
  if (host.empty() || !is_number || host.find('/') != std::string_view::npos) {
    return InvalidArgument("need http://host:port, got " + std::string(base_url));
  }
  std::shared_ptr<asio::ssl::context> tls;
  if (is_encrypted) {
    ASSIGN_OR_RETURN(tls, ClientContext(authorities));
  }
  return std::unique_ptr<HttpClient>(std::make_unique<BeastHttpClient>(
      std::string(host), std::move(port), std::move(tls), timeout_ms, response_bytes_max));
}

}  // namespace spanhound::net
