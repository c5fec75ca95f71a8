// The OTLP/gRPC door, port 4317: the Export methods of TraceService and LogsService. Retryable
// errors are UNAVAILABLE with google.rpc.RetryInfo, undecodable requests INVALID_ARGUMENT, too
// large ones RESOURCE_EXHAUSTED without RetryInfo, which OTLP clients do not retry.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ingest/ingest.h"
#include "net/grpc/grpc_server.h"

namespace spanhound::ingest {

// `ingest` outlives the handlers.
std::vector<std::pair<std::string, net::GrpcHandler>> OtlpGrpcMethods(Ingest& ingest);

// grpc-status-details-bin of errors the server itself answers with: google.rpc.RetryInfo for
// UNAVAILABLE, nothing for others.
std::string GrpcErrorDetails(const Status& status);

}  // namespace spanhound::ingest
