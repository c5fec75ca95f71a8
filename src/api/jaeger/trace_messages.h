// Traces as the messages of a gRPC answer. A message is made when it is asked for, has spans of one
// trace only and is short enough for clients, which take 4 MiB unless told otherwise; only a single
// larger span makes a longer one.
#pragma once

#include <vector>

#include "api/jaeger/jaeger_trace.h"
#include "net/grpc/grpc_server.h"
#include "query/query.h"

namespace spanhound::api {

enum class TraceMessageForm {
  kJaeger,  // jaeger.api_v2.SpansResponseChunk
  kOtlp,    // opentelemetry.proto.trace.v1.TracesData
};

net::GrpcMessages TraceMessages(std::vector<query::Trace> traces, JaegerTraceOptions options,
                                TraceMessageForm form);

}  // namespace spanhound::api
