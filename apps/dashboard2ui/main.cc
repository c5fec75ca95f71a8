// dashboard2ui: the HTTP front of the dashboard.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "dashboard2ui/front.h"
#include "dashboard2ui/http_listener.h"
#include "service/cost_text.h"
#include "service/exit_signal.h"
#include "service/listen_address.h"
#include "service/telemetry.h"
#include "spanhound/grpc_client.h"
#include "spanhound/log.h"

namespace {

namespace sdk = spanhound::sdk;
using WeiYun::Dashboard2api::DashBoardService;

constexpr char kName[] = "dashboard2ui";

struct Flags {
  std::string listen = "127.0.0.1:9090";
  std::string api = "127.0.0.1:6337";
  std::string log_file;
};

void AddTo(CLI::App& app, Flags& flags) {
  app.add_option("--listen", flags.listen, "HTTP address; port 0: any free port")
      ->envname("DASHBOARD2UI_LISTEN")
      ->capture_default_str();
  app.add_option("--api", flags.api, "gRPC address of dashboard2api")
      ->envname("DASHBOARD2UI_API")
      ->capture_default_str();
  app.add_option("--log-file", flags.log_file, "also append the JSON log lines to this file")
      ->envname("DASHBOARD2UI_LOG_FILE");
}

std::unique_ptr<DashBoardService::Stub> ConnectTo(const std::string& api) {
  // A back end that has been restarted is found within a second or two; by default gRPC may wait
  // two minutes.
  constexpr int kReconnectMsFirst = 200;
  constexpr int kReconnectMsMax = 2000;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMsFirst);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMsMax);
  const auto channel = sdk::CreateTracedChannel(
      api, grpc::InsecureChannelCredentials(),
      {.on_call =
           [](const sdk::GrpcCall& call) {
             SPANHOUND_INFO("method=/{},  cost time={}", call.method, service::CostText(call.cost));
           }},
      arguments);
  channel->GetState(/*try_to_connect=*/true);  // so that the first request need not wait for it
  return DashBoardService::NewStub(channel);
}

int Fail(const std::string& message) {
  std::cerr << kName << ": " << message << std::endl;
  return 1;
}

int Run(const Flags& flags, const service::ExitSignal& exit_signal) {
  auto address = service::ParseListenAddress(flags.listen);
  if (!address.has_value()) return Fail("--listen wants host:port, not " + flags.listen);

  sdk::Guard telemetry = service::StartTelemetry(kName, "1.0", flags.log_file);
  const dashboard2ui::Front front(ConnectTo(flags.api));
  dashboard2ui::HttpListener listener(
      [&front](const dashboard2ui::Request& request, const sdk::HttpConnection& connection) {
        return front.Serve(request, connection);
      });
  const std::string error = listener.Start(&*address);
  if (!error.empty()) return Fail("cannot listen on " + flags.listen + ": " + error);
  std::cout << kName << " listening on " << service::ToText(*address) << std::endl;
  SPANHOUND_INFO("{} started, asks {}", kName, flags.api);

  exit_signal.Wait();
  listener.Stop();
  SPANHOUND_INFO("{} Server exit", kName);
  service::StopTelemetry(telemetry);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const service::ExitSignal exit_signal;
  Flags flags;
  CLI::App app("Front of the dashboard: serves HTTP, asks dashboard2api by gRPC");
  AddTo(app, flags);
  CLI11_PARSE(app, argc, argv);
  return Run(flags, exit_signal);
}
