#include "net/http/http_head.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>

namespace spanhound::net {
namespace {

size_t CountOf(const HttpHeaders& headers, std::string_view name) {
  return static_cast<size_t>(std::count_if(
      headers.begin(), headers.end(), [name](const auto& header) { return header.first == name; }));
}

std::string_view WithoutPort(std::string_view host) {
  if (!host.empty() && host.front() == '[') {
    size_t end = host.find(']');
    return end == std::string_view::npos ? std::string_view() : host.substr(0, end + 1);
  }
  return host.substr(0, host.find(':'));
}

// Beast takes "3, 3" for 3; the next proxy may not.
bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool IsIpLiteral(std::string_view host) {
  boost::system::error_code error;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    boost::asio::ip::make_address_v6(std::string(host.substr(1, host.size() - 2)), error);
  } else {
    boost::asio::ip::make_address_v4(std::string(host), error);
  }
  return !error;
}

}  // namespace

HttpError CheckRawHead(std::string_view head) {
  for (size_t i = 0; i < head.size(); ++i) {
    char c = head[i];
    if (c == '\0') return {400, "NUL in the request head"};
    if (c == '\r' && (i + 1 == head.size() || head[i + 1] != '\n')) {
      return {400, "CR without LF in the request head"};
    }
    if (c != '\n') continue;
    if (i == 0 || head[i - 1] != '\r') return {400, "LF without CR in the request head"};
    bool is_folded = i + 1 < head.size() && (head[i + 1] == ' ' || head[i + 1] == '\t');
    if (is_folded) return {400, "folded header line"};
  }
  return {};
}

HttpError CheckHeaders(const HttpHeaders& headers, bool is_http_1_0) {
  size_t hosts = CountOf(headers, "host");
  if (hosts > 1 || (hosts == 0 && !is_http_1_0)) return {400, "a request needs one Host header"};
  size_t lengths = CountOf(headers, "content-length");
  size_t codings = CountOf(headers, "transfer-encoding");
  bool is_number = std::all_of(headers.begin(), headers.end(), [](const auto& header) {
    return header.first != "content-length" || IsDigits(header.second);
  });
  if (!is_number) return {400, "Content-Length is not a number"};
  if (lengths > 1) return {400, "more than one Content-Length"};
  if (codings > 1) return {400, "more than one Transfer-Encoding"};
  if (lengths > 0 && codings > 0) return {400, "Content-Length beside Transfer-Encoding"};
  if (codings > 0 && is_http_1_0) return {400, "Transfer-Encoding in a request of HTTP/1.0"};
  // Beast takes a body without a "chunked" at its end for none, and what is in it for requests.
  const bool is_chunked = std::all_of(headers.begin(), headers.end(), [](const auto& header) {
    return header.first != "transfer-encoding" || boost::beast::iequals(header.second, "chunked");
  });
  if (!is_chunked) return {501, "the only Transfer-Encoding of this server is chunked"};
  return {};
}

bool IsOurHost(std::string_view host_header, const std::vector<std::string>& allowed_hosts) {
  std::string_view host = WithoutPort(host_header);
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  if (host.empty()) return false;
  if (IsIpLiteral(host)) return true;
  constexpr std::string_view kLocalhost = "localhost";
  if (host.size() >= kLocalhost.size()) {
    std::string_view tail = host.substr(host.size() - kLocalhost.size());
    bool is_whole_label = tail.size() == host.size() || host[host.size() - tail.size() - 1] == '.';
    if (is_whole_label && boost::beast::iequals(tail, kLocalhost)) return true;
  }
  return std::any_of(allowed_hosts.begin(), allowed_hosts.end(),
                     [host](const auto& allowed) { return boost::beast::iequals(host, allowed); });
}

}  // namespace spanhound::net
