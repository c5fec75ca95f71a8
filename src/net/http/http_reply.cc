#include "net/http/http_reply.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/status.hpp>

#include "net/compression/gzip.h"

namespace spanhound::net {
namespace {

using boost::beast::iequals;

constexpr size_t kCompressBytesMin = 1 << 10;  // below it the headers outweigh the gain

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "q=0", "q=0.000": the client names a coding to refuse it.
bool IsZeroWeight(std::string_view parameters) {
  size_t q = parameters.find("q=");
  if (q == std::string_view::npos) return false;
  return Trim(parameters.substr(q + 2)).find_first_not_of("0.") == std::string_view::npos;
}

bool IsText(std::string_view content_type) {
  std::string_view type = Trim(content_type.substr(0, content_type.find(';')));
  return type.starts_with("text/") || type == "application/json" || type.ends_with("+json") ||
         type == "application/javascript" || type == "application/xml" || type.ends_with("+xml");
}

bool HasHeader(const HttpResponse& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [name](const auto& header) { return iequals(header.first, name); });
}

void AppendHeader(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  for (char c : value) head.push_back(static_cast<uint8_t>(c) < 0x20 && c != '\t' ? ' ' : c);
  head.append("\r\n");
}

bool HasBody(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

bool AcceptsGzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    size_t end = std::min(accept_encoding.find(','), accept_encoding.size());
    std::string_view item = accept_encoding.substr(0, end);
    accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
    size_t semicolon = std::min(item.find(';'), item.size());
    std::string_view coding = Trim(item.substr(0, semicolon));
    if (iequals(coding, "gzip") || coding == "*") return !IsZeroWeight(item.substr(semicolon));
  }
  return false;
}

void CompressReply(std::string_view accept_encoding, HttpResponse& response) {
  if (response.body.size() < kCompressBytesMin) return;
  if (!IsText(response.content_type) || HasHeader(response, "Content-Encoding")) return;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (!AcceptsGzip(accept_encoding)) return;
  response.body = GzipCompress(response.body);
  response.headers.emplace_back("Content-Encoding", "gzip");
}

std::string ReplyHead(const HttpResponse& response, bool keeps_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(response.status))));
  head.append("\r\n");
  if (!response.content_type.empty()) AppendHeader(head, "Content-Type", response.content_type);
  for (const auto& [name, value] : response.headers) AppendHeader(head, name, value);
  // What we say it is, it is: no browser may take telemetry for a page.
  if (!HasHeader(response, "X-Content-Type-Options")) {
    AppendHeader(head, "X-Content-Type-Options", "nosniff");
  }
  if (HasBody(response.status)) {
    AppendHeader(head, "Content-Length", std::to_string(response.body.size()));
  }
  AppendHeader(head, "Connection", keeps_alive ? "keep-alive" : "close");
  return head + "\r\n";
}

}  // namespace spanhound::net
