#include "http/request_facts.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "attribute_text.h"

namespace spanhound::sdk {
namespace {

constexpr std::array<std::string_view, 9> kKnownMethods = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};

// Query parameters that are credentials; the convention lists these.
constexpr std::array<std::string_view, 4> kSecretParameters = {"AWSAccessKeyId", "Signature", "sig",
                                                               "X-Goog-Signature"};

constexpr std::size_t kHostBytesMax = 255;    // RFC 1035
constexpr std::size_t kAddressBytesMax = 64;  // an IPv6 address with zone

std::uint16_t ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() ? port : 0;
}

std::string RedactQuery(std::string_view query) {
  std::string redacted;
  while (!query.empty()) {
    const std::size_t ampersand = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, ampersand);
    const std::string_view name = parameter.substr(0, parameter.find('='));
    if (std::find(kSecretParameters.begin(), kSecretParameters.end(), name) !=
        kSecretParameters.end()) {
      redacted.append(name).append("=REDACTED");
    } else {
      redacted.append(parameter);
    }
    if (ampersand < query.size()) redacted.push_back('&');
    query.remove_prefix(std::min(ampersand + 1, query.size()));
  }
  return redacted;
}

bool IsAddressCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == ':' || c == '-' || c == '_' || c == '%';
}

}  // namespace

bool IsKnownMethod(std::string_view method) {
  return std::find(kKnownMethods.begin(), kKnownMethods.end(), method) != kKnownMethods.end();
}

HostAndPort ParseHostAndPort(std::string_view authority) {
  HostAndPort result;
  if (authority.size() > kHostBytesMax + 8) return result;
  std::string_view host = authority;
  if (!authority.empty() && authority.front() == '[') {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return result;
    host = authority.substr(1, close - 1);
    authority.remove_prefix(close + 1);
    if (!authority.empty() && authority.front() == ':')
      result.port = ParsePort(authority.substr(1));
  } else if (const std::size_t colon = authority.rfind(':'); colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    result.port = ParsePort(authority.substr(colon + 1));
  }
  result.host = AttributeText(host);
  return result;
}

PathAndQuery SplitTarget(std::string_view target) {
  if (const std::size_t scheme = target.find("://");
      scheme != std::string_view::npos && target.front() != '/') {
    target.remove_prefix(scheme + 3);
    target.remove_prefix(std::min(target.find('/'), target.size()));
  }
  target = target.substr(0, target.find('#'));
  const std::size_t mark = std::min(target.find('?'), target.size());
  PathAndQuery result;
  result.path = AttributeText(target.substr(0, mark));
  if (mark < target.size()) result.query = AttributeText(RedactQuery(target.substr(mark + 1)));
  return result;
}

std::string FirstForwardedFor(std::string_view header) {
  std::string_view first = header.substr(0, header.find(','));
  while (!first.empty() && first.front() == ' ') first.remove_prefix(1);
  while (!first.empty() && first.back() == ' ') first.remove_suffix(1);
  if (first.size() > kAddressBytesMax) return "";
  return std::all_of(first.begin(), first.end(), IsAddressCharacter) ? std::string(first) : "";
}

std::string ProtocolVersion(unsigned beast_version) {
  return std::to_string(beast_version / 10) + "." + std::to_string(beast_version % 10);
}

}  // namespace spanhound::sdk
