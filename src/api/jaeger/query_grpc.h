// Jaeger's query services over gRPC, as Kiali, jaeger-query's clients and scripts call them on port
// 16685: jaeger.api_v2.QueryService and jaeger.api_v3.QueryService; see docs/user/query-grpc.md.
// The same questions and answers as jaeger_api.h, in protobuf. Handlers run their query on the
// calling server thread; traces leave in messages made as the client takes them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/tenancy.h"
#include "net/grpc/grpc_server.h"
#include "query/query.h"

namespace spanhound::api {

// `engine` outlives the handlers.
std::vector<std::pair<std::string, net::GrpcHandler>> JaegerQueryGrpcMethods(
    query::Engine& engine, model::Tenancy tenancy);

}  // namespace spanhound::api
