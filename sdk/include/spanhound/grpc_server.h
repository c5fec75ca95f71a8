// Server spans for gRPC: one interceptor for every method of a server.
//
//   AddGrpcServerTracing(builder);
//
// In the handler of a synchronous service the span and the caller's baggage are current. A callback
// service finds them by its context (gRPC runs it on threads of its own, where a scope would leak
// into other calls):
//
//   RunInContext(ContextOf(*context), [&] { ... });      // spans and log lines in it are children
//
// Status follows the conventions for servers: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL,
// UNAVAILABLE and DATA_LOSS are errors. A handler that says OK to a caller who is gone is recorded
// as CANCELLED or DEADLINE_EXCEEDED, which is what the caller got; synchronous unary calls answered
// within a millisecond are taken at their word.
//
// Threads: any; hooks in the options run on gRPC's, several at once, and must not throw. The server
// owns the tracing. Failure: none; a call is never refused or altered.
#pragma once

#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_interceptor.h>
#include <opentelemetry/context/context.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/span.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "spanhound/grpc_call.h"
#include "spanhound/propagation.h"

namespace spanhound::sdk {

enum class GrpcServerApi {
  kSyncOrCallback,   // told apart call by call
  kCompletionQueue,  // AsyncService: no span is made current, cancellation only by deadline
};

struct GrpcServerOptions {
  GrpcServerApi api = GrpcServerApi::kSyncOrCallback;
  // Called when the status is known, with the span still open and current.
  std::function<void(const GrpcCall&)> on_call = {};
  // False: the method gets no span. The argument is "/package.Service/Method".
  std::function<bool(std::string_view)> filter = {};
  std::string server_address = {};  // recorded as server.address, if given
  int server_port = 0;
};

// To a server without other interceptors.
void AddGrpcServerTracing(grpc::ServerBuilder& builder, GrpcServerOptions options = {});

// To put among others, for builder.experimental().SetInterceptorCreators.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeGrpcServerTracing(
    GrpcServerOptions options = {});

// The call's span and the caller's baggage, from any thread while the call lives. Of a call without
// tracing: an empty context, a span that ignores everything.
Context ContextOf(const grpc::ServerContextBase& call);
opentelemetry::nostd::shared_ptr<opentelemetry::trace::Span> SpanOf(
    const grpc::ServerContextBase& call);

}  // namespace spanhound::sdk
