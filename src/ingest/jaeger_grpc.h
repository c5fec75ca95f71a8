// The Jaeger collector's gRPC door, port 14250: CollectorService/PostSpans, as agents and old SDKs
// call it, except that OK means stored here. Retryable errors are UNAVAILABLE, undecodable requests
// INVALID_ARGUMENT, too large ones RESOURCE_EXHAUSTED.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ingest/ingest.h"
#include "net/grpc/grpc_server.h"

namespace spanhound::ingest {

// `ingest` outlives the handlers.
std::vector<std::pair<std::string, net::GrpcHandler>> JaegerGrpcMethods(Ingest& ingest);

}  // namespace spanhound::ingest
