// The names of the semantic conventions (1.44) that the middleware writes, in one table, because
// those of RPC are still moving; and those before them, for semantic_opt_in.h.
#pragma once

#include <string_view>

namespace spanhound::sdk::names {

inline constexpr std::string_view kClientAddress = "client.address";
inline constexpr std::string_view kDbDuration = "db.client.operation.duration";
inline constexpr std::string_view kDbBatchSize = "db.operation.batch.size";
inline constexpr std::string_view kDbNamespace = "db.namespace";
inline constexpr std::string_view kDbOperation = "db.operation.name";
inline constexpr std::string_view kDbQueryText = "db.query.text";
inline constexpr std::string_view kDbStatusCode = "db.response.status_code";
inline constexpr std::string_view kDbSystem = "db.system.name";
inline constexpr std::string_view kErrorType = "error.type";
inline constexpr std::string_view kHttpClientDuration = "http.client.request.duration";
inline constexpr std::string_view kHttpRequestMethod = "http.request.method";
inline constexpr std::string_view kHttpRequestMethodOriginal = "http.request.method_original";
inline constexpr std::string_view kHttpResponseStatusCode = "http.response.status_code";
inline constexpr std::string_view kHttpRoute = "http.route";
inline constexpr std::string_view kHttpServerDuration = "http.server.request.duration";
inline constexpr std::string_view kNetworkPeerAddress = "network.peer.address";
inline constexpr std::string_view kNetworkPeerPort = "network.peer.port";
inline constexpr std::string_view kNetworkProtocolVersion = "network.protocol.version";
inline constexpr std::string_view kRpcClientDuration = "rpc.client.call.duration";
inline constexpr std::string_view kRpcMethod = "rpc.method";
inline constexpr std::string_view kRpcMethodOriginal = "rpc.method_original";
inline constexpr std::string_view kRpcServerDuration = "rpc.server.call.duration";
inline constexpr std::string_view kRpcStatusCode = "rpc.response.status_code";
inline constexpr std::string_view kRpcSystem = "rpc.system.name";
inline constexpr std::string_view kServerAddress = "server.address";
inline constexpr std::string_view kServerPort = "server.port";
inline constexpr std::string_view kUrlFull = "url.full";
inline constexpr std::string_view kUrlPath = "url.path";
inline constexpr std::string_view kUrlQuery = "url.query";
inline constexpr std::string_view kUrlScheme = "url.scheme";
inline constexpr std::string_view kUserAgent = "user_agent.original";

struct OldName {
  std::string_view name, old_name;
};
// HTTP until 1.20, on both sides; what only moved from one name to another.
inline constexpr OldName kOldHttpNames[] = {
    {kHttpRequestMethod, "http.method"},
    {kHttpResponseStatusCode, "http.status_code"},
    {kUrlFull, "http.url"},
    {kUrlScheme, "http.scheme"},
    {kClientAddress, "http.client_ip"},
    {kNetworkPeerAddress, "net.sock.peer.addr"},
    {kNetworkPeerPort, "net.sock.peer.port"},
    {kNetworkProtocolVersion, "net.protocol.version"},
};
inline constexpr std::string_view kOldHttpTarget = "http.target";
inline constexpr OldName kOldHttpServerNames[] = {{kServerAddress, "net.host.name"},
                                                  {kServerPort, "net.host.port"}};
inline constexpr OldName kOldHttpClientNames[] = {{kServerAddress, "net.peer.name"},
                                                  {kServerPort, "net.peer.port"}};
// RPC until 1.38. Its rpc.method was the last part alone of what it is now.
inline constexpr std::string_view kOldRpcService = "rpc.service";
inline constexpr std::string_view kOldRpcStatusCode = "rpc.grpc.status_code";
inline constexpr std::string_view kOldRpcSystem = "rpc.system";

// A value for what is not in a known set, so that callers cannot invent values without end.
inline constexpr std::string_view kOther = "_OTHER";

}  // namespace spanhound::sdk::names
