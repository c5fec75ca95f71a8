// dashboard2api: the gRPC back end of the dashboard.

#include <grpcpp/server_builder.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "dashboard2api/dashboard_service.h"
#include "service/cost_text.h"
#include "service/exit_signal.h"
#include "service/listen_address.h"
#include "service/telemetry.h"
#include "spanhound/grpc_server.h"
#include "spanhound/log.h"

namespace {

namespace sdk = spanhound::sdk;
using dashboard2api::DashboardService;
using dashboard2api::kube::KubeClient;
using dashboard2api::kube::KubeOptions;

constexpr char kName[] = "dashboard2api";
constexpr int kMetadataBytesMax = 16 * 1024;  // the default 8 KiB is less than W3C's baggage alone
constexpr auto kDrainDeadline = std::chrono::milliseconds(1000);

struct Flags {
  std::string listen = "127.0.0.1:6337";
  std::string log_file;
  KubeOptions kube;
};

void AddTo(CLI::App& app, Flags& flags) {
  app.add_option("--listen", flags.listen, "gRPC address; port 0: any free port")
      ->envname("DASHBOARD2API_LISTEN")
      ->capture_default_str();
  app.add_option("--kube-url", flags.kube.url, "Kubernetes API server, http://host:port")
      ->envname("DASHBOARD2API_KUBE_URL")
      ->capture_default_str();
  app.add_option("--kube-token-file", flags.kube.token_file, "file with the bearer token")
      ->envname("DASHBOARD2API_KUBE_TOKEN_FILE");
  app.add_option("--kube-page-size", flags.kube.page_size, "objects per list request")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--log-file", flags.log_file, "also append the JSON log lines to this file")
      ->envname("DASHBOARD2API_LOG_FILE");
}

std::unique_ptr<grpc::Server> Start(DashboardService& dashboard, const std::string& listen,
                                    int* port) {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> factories;
  factories.push_back(sdk::MakeGrpcServerTracing({.on_call = [](const sdk::GrpcCall& call) {
    SPANHOUND_INFO("method=/{},  cost time={}", call.method, service::CostText(call.cost));
  }}));
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // a second instance shall fail
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), port);
  builder.RegisterService(&dashboard);
  builder.experimental().SetInterceptorCreators(std::move(factories));
  return builder.BuildAndStart();
}

int Fail(const std::string& message) {
  std::cerr << kName << ": " << message << std::endl;
  return 1;
}

int Run(const Flags& flags, const service::ExitSignal& exit_signal) {
  auto address = service::ParseListenAddress(flags.listen);
  if (!address.has_value()) return Fail("--listen wants host:port, not " + flags.listen);
  const auto kube = KubeClient::Create(flags.kube);
  if (!kube.has_value()) return Fail("--kube-url wants http://host:port, not " + flags.kube.url);

  sdk::Guard telemetry = service::StartTelemetry(kName, "1.0", flags.log_file);
  DashboardService dashboard(*kube);
  int port = 0;
  const std::unique_ptr<grpc::Server> server = Start(dashboard, flags.listen, &port);
  if (server == nullptr || port == 0) return Fail("cannot listen on " + flags.listen);
  address->port = static_cast<std::uint16_t>(port);
  std::cout << kName << " listening on " << service::ToText(*address) << std::endl;
  SPANHOUND_INFO("{} started, reads {}", kName, flags.kube.url);

  exit_signal.Wait();
  server->Shutdown(std::chrono::system_clock::now() + kDrainDeadline);
  SPANHOUND_INFO("{} Server exit", kName);
  service::StopTelemetry(telemetry);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const service::ExitSignal exit_signal;
  Flags flags;
  CLI::App app("Back end of the dashboard: reads a Kubernetes API server, serves gRPC");
  AddTo(app, flags);
  CLI11_PARSE(app, argc, argv);
  return Run(flags, exit_signal);
}
