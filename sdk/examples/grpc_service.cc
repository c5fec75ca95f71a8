// A gRPC service and its client, traced. docs/user/grpc-service.md tells which lines tracing needs.
// OTEL_TRACES_EXPORTER=console prints the spans.
#include <grpcpp/grpcpp.h>
#include <spanhound/grpc_client.h>
#include <spanhound/grpc_server.h>
#include <spanhound/log.h>
#include <spanhound/setup.h>
#include <spanhound/trace.h>

#include <string>

#include "greeter.grpc.pb.h"

namespace sdk = spanhound::sdk;

namespace {

std::string LookUp(const std::string& name) {
  sdk::Span span("look-up", {{"user.name", name}});  // child of the call's span
  return "hello " + name;
}

class GreeterService : public examples::Greeter::Service {
  grpc::Status SayHello(grpc::ServerContext*, const examples::HelloRequest* request,
                        examples::HelloReply* reply) override {
    SPANHOUND_INFO("greeting {}", request->name());  // with the ids of the call's span
    reply->set_message(LookUp(request->name()));
    return grpc::Status::OK;
  }
};

int CallOnce(const std::string& address) {
  auto channel = sdk::CreateTracedChannel(address, grpc::InsecureChannelCredentials());
  auto stub = examples::Greeter::NewStub(channel);
  grpc::ClientContext call;
  examples::HelloRequest request;
  request.set_name("ada");
  examples::HelloReply reply;
  const grpc::Status status = stub->SayHello(&call, request, &reply);
  return status.ok() && reply.message() == "hello ada" ? 0 : 1;
}

}  // namespace

int main() {
  auto telemetry = sdk::Setup("greeter", "1.0");
  GreeterService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  sdk::AddGrpcServerTracing(builder);
  auto server = builder.BuildAndStart();
  const int result = CallOnce("127.0.0.1:" + std::to_string(port));
  server->Shutdown();
  return result;
}
