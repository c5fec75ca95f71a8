// dashboard2api: the gRPC back end of the dashboard.

#include <grpcpp/server_builder.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dashboard2api/cache/answer_cache.h"
#include "dashboard2api/cluster_view.h"
#include "dashboard2api/cron.h"
#include "dashboard2api/dashboard_service.h"
#include "dashboard2api/flags.h"
#include "dashboard2api/kube/informer.h"
#include "dashboard2api/usage_job.h"
#include "service/cost_text.h"
#include "service/exit_signal.h"
#include "service/listen_address.h"
#include "service/telemetry.h"
#include "spanhound/grpc_server.h"
#include "spanhound/log.h"

namespace {

namespace cache = dashboard2api::cache;
namespace kube = dashboard2api::kube;
namespace sdk = spanhound::sdk;
using dashboard2api::DashboardService;
using dashboard2api::Flags;

constexpr char kName[] = "dashboard2api";
constexpr int kMetadataBytesMax = 16 * 1024;  // the default 8 KiB is less than W3C's baggage alone
constexpr auto kDrainDeadline = std::chrono::milliseconds(1000);
// Requests that come before the first lists would fail; a cluster that is down delays no start.
constexpr auto kSyncDeadline = std::chrono::milliseconds(2000);

// Everything behind the door. The informer's and the cron's threads end before what they use.
struct Parts {
  Parts(const kube::ApiAccess& access, const Flags& flags,
        const std::optional<cache::RedisOptions>& redis_options)
      : informer(access, dashboard2api::ReflectorOptionsOf(flags)) {
    if (redis_options.has_value()) {
      redis.emplace(*redis_options);
      answers.emplace(*redis,
                      cache::CacheOptions{access.url, std::chrono::seconds(flags.cache_seconds)});
    }
    cache::AnswerCache* found = answers.has_value() ? &*answers : nullptr;
    view.emplace(informer, found, board);
    usage_job.emplace(access, found, board);
    informer.Start();
    cron.emplace("measure usage", std::chrono::seconds(flags.cron_seconds),
                 [this] { usage_job->Run(); });
  }
  ~Parts() { usage_job->Stop(); }

  kube::Informer informer;
  std::optional<cache::RedisClient> redis;
  std::optional<cache::AnswerCache> answers;
  dashboard2api::UsageBoard board;
  std::optional<dashboard2api::ClusterView> view;
  std::optional<dashboard2api::UsageJob> usage_job;
  std::optional<dashboard2api::Cron> cron;
};

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

int Serve(const Flags& flags, const kube::ApiAccess& access,
          const std::optional<cache::RedisOptions>& redis, service::ListenAddress address,
          const service::ExitSignal& exit_signal) {
  Parts parts(access, flags, redis);
  DashboardService dashboard(*parts.view);
  if (!parts.informer.WaitForSync(kSyncDeadline)) {
    SPANHOUND_WARN("starts without the Kubernetes API at {}", access.url);
  }
  int port = 0;
  const std::unique_ptr<grpc::Server> server = Start(dashboard, flags.listen, &port);
  if (server == nullptr || port == 0) return Fail("cannot listen on " + flags.listen);
  address.port = static_cast<std::uint16_t>(port);
  std::cout << kName << " listening on " << service::ToText(address) << std::endl;
  SPANHOUND_INFO("{} started, reads {} and Redis {}", kName, access.url, flags.redis);

  exit_signal.Wait();
  server->Shutdown(std::chrono::system_clock::now() + kDrainDeadline);
  return 0;
}

int Run(const Flags& flags, const service::ExitSignal& exit_signal) {
  const auto address = service::ParseListenAddress(flags.listen);
  if (!address.has_value()) return Fail("--listen wants host:port, not " + flags.listen);
  const auto access = dashboard2api::KubeAccess(flags);
  if (!access.ok()) return Fail(access.error().message);
  std::optional<cache::RedisOptions> redis;
  if (flags.redis != "none") {
    auto options = dashboard2api::RedisOptionsOf(flags);
    if (!options.ok()) return Fail(options.error().message);
    redis = std::move(options.value());
  }
  sdk::Guard telemetry = service::StartTelemetry(kName, "1.0", flags.log_file);
  const int code = Serve(flags, access.value(), redis, *address, exit_signal);
  if (code == 0) SPANHOUND_INFO("{} Server exit", kName);
  service::StopTelemetry(telemetry);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  const service::ExitSignal exit_signal;
  Flags flags;
  CLI::App app("Back end of the dashboard: keeps a Kubernetes cluster's objects, serves gRPC");
  dashboard2api::AddTo(app, flags);
  CLI11_PARSE(app, argc, argv);
  return Run(flags, exit_signal);
}
