// A service for the tests of the interceptors, made by hand from google.protobuf.StringValue: what
// it does is told by the request's text.
#pragma once

#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/async_stream.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/method_handler.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/rpc_service_method.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <functional>
#include <utility>

namespace spanhound::sdk {

using Text = google::protobuf::StringValue;

inline constexpr char kEchoMethod[] = "/test.Echo/Say";
inline constexpr char kStreamMethod[] = "/test.Echo/Repeat";

// Synchronous unary Say and server-streaming Repeat (three answers).
class SyncEcho : public grpc::Service {
 public:
  using Handler = std::function<grpc::Status(grpc::ServerContext*, const Text&, Text*)>;

  explicit SyncEcho(Handler handler) : handler_(std::move(handler)) {
    using grpc::internal::RpcMethod;
    AddMethod(new grpc::internal::RpcServiceMethod(
        kEchoMethod, RpcMethod::NORMAL_RPC,
        new grpc::internal::RpcMethodHandler<SyncEcho, Text, Text>(
            [](SyncEcho* self, grpc::ServerContext* context, const Text* request, Text* reply) {
              return self->handler_(context, *request, reply);
            },
            this)));
    AddMethod(new grpc::internal::RpcServiceMethod(
        kStreamMethod, RpcMethod::SERVER_STREAMING,
        new grpc::internal::ServerStreamingHandler<SyncEcho, Text, Text>(
            [](SyncEcho* self, grpc::ServerContext* context, const Text* request,
               grpc::ServerWriter<Text>* writer) {
              Text reply;
              const grpc::Status status = self->handler_(context, *request, &reply);
              for (int i = 0; i < 3; ++i) writer->Write(reply);
              return status;
            },
            this)));
  }

 private:
  const Handler handler_;
};

// Unary Say for the callback API.
class CallbackEcho : public grpc::Service {
 public:
  using Handler =
      std::function<grpc::ServerUnaryReactor*(grpc::CallbackServerContext*, const Text*, Text*)>;

  explicit CallbackEcho(Handler handler) {
    AddMethod(new grpc::internal::RpcServiceMethod(kEchoMethod,
                                                   grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodCallback(0, new grpc::internal::CallbackUnaryHandler<Text, Text>(std::move(handler)));
  }
};

inline grpc::Status Call(grpc::Channel& channel, grpc::ClientContext& context, const char* method,
                         const Text& request, Text* reply) {
  return grpc::internal::BlockingUnaryCall<Text, Text>(
      &channel, grpc::internal::RpcMethod(method, grpc::internal::RpcMethod::NORMAL_RPC), &context,
      request, reply);
}

}  // namespace spanhound::sdk
