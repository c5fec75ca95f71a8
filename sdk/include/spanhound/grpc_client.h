// Client spans for gRPC: one interceptor for every call of a channel, unary or streaming, with the
// synchronous, callback or completion-queue API.
//
//   auto channel = CreateTracedChannel("127.0.0.1:6337", grpc::InsecureChannelCredentials());
//
// The span is a child of what is current where the call is made, travels in the call's metadata
// with the baggage, and ends with the status; every status but OK is an error for a client.
//
// Threads: any; hooks in the options run on the caller's or gRPC's, several at once, and must not
// throw. The channel owns the tracing. Failure: none; a call is never refused or altered.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <grpcpp/support/client_interceptor.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "spanhound/grpc_call.h"

namespace spanhound::sdk {

struct GrpcClientOptions {
  std::string target = {};  // as dialled: server.address and server.port
  // Called when the status is known, with the span still open and current.
  std::function<void(const GrpcCall&)> on_call = {};
  // False: the method gets no span (the caller's context is passed on all the same).
  std::function<bool(std::string_view)> filter = {};
};

// For grpc::experimental::CreateCustomChannelWithInterceptors.
std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface> MakeGrpcClientTracing(
    GrpcClientOptions options = {});

// grpc::CreateCustomChannel with tracing; `options.target` is filled in.
std::shared_ptr<grpc::Channel> CreateTracedChannel(
    const std::string& target, const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    GrpcClientOptions options = {}, const grpc::ChannelArguments& arguments = {});

}  // namespace spanhound::sdk
