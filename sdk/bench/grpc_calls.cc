#include "grpc_calls.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <ctime>
#include <thread>
#include <utility>
#include <vector>

#include "grpc/echo_service.h"
#include "spanhound/grpc_client.h"
#include "spanhound/grpc_server.h"

namespace spanhound::sdk {

namespace {

namespace experimental = grpc::experimental;
using ServerFactories =
    std::vector<std::unique_ptr<experimental::ServerInterceptorFactoryInterface>>;
using ClientFactories =
    std::vector<std::unique_ptr<experimental::ClientInterceptorFactoryInterface>>;

constexpr int kClients = 4;

class IdleInterceptor : public experimental::Interceptor {
 public:
  void Intercept(experimental::InterceptorBatchMethods* methods) override { methods->Proceed(); }
};

class IdleFactory : public experimental::ServerInterceptorFactoryInterface,
                    public experimental::ClientInterceptorFactoryInterface {
 public:
  experimental::Interceptor* CreateServerInterceptor(experimental::ServerRpcInfo*) override {
    return new IdleInterceptor();
  }
  experimental::Interceptor* CreateClientInterceptor(experimental::ClientRpcInfo*) override {
    return new IdleInterceptor();
  }
};

ServerFactories OfServer(Interceptors kind) {
  ServerFactories factories;
  if (kind == Interceptors::kIdle) factories.push_back(std::make_unique<IdleFactory>());
  if (kind == Interceptors::kTracing) factories.push_back(MakeGrpcServerTracing());
  return factories;
}

ClientFactories OfClient(Interceptors kind) {
  ClientFactories factories;
  if (kind == Interceptors::kIdle) factories.push_back(std::make_unique<IdleFactory>());
  if (kind == Interceptors::kTracing) factories.push_back(MakeGrpcClientTracing());
  return factories;
}

}  // namespace

struct GrpcCalls::Parts {
  explicit Parts(Interceptors kind)
      : service([](grpc::ServerContext*, const Text&, Text*) { return grpc::Status::OK; }) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service);
    builder.experimental().SetInterceptorCreators(OfServer(kind));
    server = builder.BuildAndStart();
    const std::string target = "127.0.0.1:" + std::to_string(port);
    for (int i = 0; i < kClients; ++i) {
      channels.push_back(experimental::CreateCustomChannelWithInterceptors(
          target, grpc::InsecureChannelCredentials(), grpc::ChannelArguments(), OfClient(kind)));
    }
  }

  SyncEcho service;
  std::unique_ptr<grpc::Server> server;
  std::vector<std::shared_ptr<grpc::Channel>> channels;
};

GrpcCalls::GrpcCalls(Interceptors interceptors) : parts_(std::make_unique<Parts>(interceptors)) {}
GrpcCalls::~GrpcCalls() = default;

GrpcCalls::Rate GrpcCalls::Measure(std::chrono::milliseconds time) {
  std::atomic<std::uint64_t> calls{0};
  std::atomic<bool> done{false};
  std::vector<std::thread> clients;
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  for (const auto& channel : parts_->channels) {
    clients.emplace_back([&] {
      while (!done) {
        grpc::ClientContext context;
        Text reply;
        if (sdk::Call(*channel, context, kEchoMethod, Text(), &reply).ok()) ++calls;
      }
    });
  }
  std::this_thread::sleep_for(time);
  done = true;
  for (std::thread& client : clients) client.join();
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  const double cpu_us = static_cast<double>(std::clock() - cpu) * 1e6 / CLOCKS_PER_SEC;
  const auto count = static_cast<double>(calls);
  return {count / passed.count(), cpu_us / count};
}

void GrpcCalls::Call(int times) {
  std::vector<std::thread> clients;
  for (const auto& channel : parts_->channels) {
    clients.emplace_back([&] {
      for (int i = 0; i < times / kClients; ++i) {
        grpc::ClientContext context;
        Text reply;
        sdk::Call(*channel, context, kEchoMethod, Text(), &reply);
      }
    });
  }
  for (std::thread& client : clients) client.join();
}

}  // namespace spanhound::sdk
