// What the conventions want to know about an HTTP request, taken out of its head.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace spanhound::sdk {

inline std::string_view ToStd(boost::beast::string_view text) { return {text.data(), text.size()}; }

// True for the methods of RFC 9110 and RFC 5789; all others are reported as _OTHER.
bool IsKnownMethod(std::string_view method);

struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;  // 0: none given, or not a port
};
// "host", "host:port", "[v6]:port".
HostAndPort ParseHostAndPort(std::string_view authority);

struct PathAndQuery {
  std::string path;
  std::string query;  // signatures in it replaced by REDACTED
};
// Of a request target in origin or absolute form.
PathAndQuery SplitTarget(std::string_view target);

// First address in X-Forwarded-For; "" if it does not look like one.
std::string FirstForwardedFor(std::string_view header);

// "1.1" of Beast's 11.
std::string ProtocolVersion(unsigned beast_version);

}  // namespace spanhound::sdk
