// What the conventions want to know about a gRPC call.
#pragma once

#include <grpcpp/support/status_code_enum.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace spanhound::sdk {

// "DEADLINE_EXCEEDED"; codes gRPC does not define: "UNKNOWN".
std::string_view StatusCodeName(grpc::StatusCode code);

// Which codes are the server's fault.
bool IsServerError(grpc::StatusCode code);

struct MethodName {
  std::string full;   // "package.Service/Method", without the leading slash
  bool known = true;  // false: gRPC does not know the method either
};
MethodName ParseMethod(const char* method);

// A view of the text it was read from, or of the `storage` that was given with it.
struct Peer {
  std::string_view address = {};  // "" when not known
  std::uint16_t port = 0;
};
// Of "ipv4:127.0.0.1:80", "ipv6:[::1]:80" (also percent-encoded) and "unix:/path".
Peer ParsePeer(std::string_view peer, std::string* storage);
// Of a dial target: "host:port", "dns:///host:port", "ipv4:1.2.3.4:80".
Peer ParseTarget(std::string_view target, std::string* storage);

}  // namespace spanhound::sdk
