#include "server/serve_command.h"

#include <signal.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>

#include "base/log.h"
#include "server/config.h"
#include "server/server.h"

namespace spanhound::server {
namespace {

bool IsLoopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1" || address == "localhost";
}

// The signals are blocked before any thread starts, so that only this wait ever sees them.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// Every block keeps a file open and every connection a socket; the soft limit is often 1,024.
void RaiseOpenFilesLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int Serve(const Config& config) {
  RaiseOpenFilesLimit();
  const sigset_t stop_signals = BlockStopSignals();
  if (!IsLoopback(config.listen_address)) {
    Log(LogLevel::kWarning, "listening on " + config.listen_address +
                                " without authentication: whoever reaches these ports can read "
                                "and write all telemetry");
  }
  Log(LogLevel::kInfo, "retention: " + store::RetentionText(config.store.retention));
  auto server = Server::Start(config);
  if (!server.ok()) {
    Log(LogLevel::kError, "cannot start: " + server.status().ToString());
    return 1;
  }
  Log(LogLevel::kInfo, "ready; data in " + config.data_directory);
  int signal_number = 0;
  sigwait(&stop_signals, &signal_number);
  Log(LogLevel::kInfo, std::string("received ") + strsignal(signal_number));
  if (Status stopped = (*server)->Stop(); !stopped.ok()) {
    Log(LogLevel::kError, "stop: " + stopped.ToString());
    return 1;
  }
  Log(LogLevel::kInfo, "stopped");
  return 0;
}

void AddPortFlags(CLI::App& command, Config& config) {
  command.add_option("--listen", config.listen_address, "Address of every port")
      ->capture_default_str();
  command.add_option("--otlp-grpc-port", config.otlp_grpc_port, "OTLP over gRPC")
      ->capture_default_str();
  command.add_option("--otlp-http-port", config.otlp_http_port, "OTLP over HTTP")
      ->capture_default_str();
  command.add_option("--jaeger-http-port", config.jaeger_http_port, "Jaeger Thrift over HTTP")
      ->capture_default_str();
  command.add_option("--admin-port", config.admin_port, "Health and metrics")
      ->capture_default_str();
  command.add_option("--query-port", config.query_port, "Web UI and query API")
      ->capture_default_str();
  command.add_option("--allowed-host", config.allowed_hosts,
                     "Further names the Host header may carry (repeatable)");
}

void AddTenancyFlags(CLI::App& command, Config& config) {
  command.add_flag_callback(
      "--tenancy", [&config] { config.tenancy = model::Tenancy::kByHeader; },
      "Keep tenants apart: requests name theirs in X-Scope-OrgID or x-tenant, without either they "
      "are of the tenant 'default'");
  command
      .add_option("--tenants-max", config.store.tenants_max,
                  "Tenants the store may have data of; one more is refused")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command
      .add_option("--tenant-head-share", config.store.tenant_head_share,
                  "The share of the memory for rows not yet in blocks that one of several tenants "
                  "may hold")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 1.0));
}

// Adds each text to the policy; one that is wrong becomes a usage error.
auto RetentionReader(Status (*add)(std::string_view, store::RetentionPolicy*),
                     store::RetentionPolicy& policy) {
  return [add, &policy](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      if (Status status = add(text, &policy); !status.ok()) {
        throw CLI::ValidationError(status.message());
      }
    }
  };
}

void AddRetentionFlags(CLI::App& command, store::RetentionPolicy& policy) {
  command.add_option_function<std::vector<std::string>>(
      "--retention", RetentionReader(store::AddRetention, policy),
      "What is kept, oldest dropped first: 7d, 12h, 200GB, 80% of the disk, or several: 7d,80% "
      "(repeatable; default: everything)");
  command.add_option_function<std::vector<std::string>>(
      "--tenant-retention", RetentionReader(store::AddTenantRetention, policy),
      "The same for one tenant: NAME=30d,10GB; its age instead of that of --retention "
      "(repeatable)");
}

void AddStoreFlags(CLI::App& command, Config& config) {
  command.add_option("--data", config.data_directory, "Directory of the store; made if absent")
      ->required();
  const std::map<std::string, store::Durability> durabilities = {
      {"sync", store::Durability::kSync},
      {"interval", store::Durability::kInterval},
      {"none", store::Durability::kNone},
  };
  command
      .add_option("--durability", config.store.durability,
                  "What an acknowledgement means: sync = on disk (default), interval = synced "
                  "every 100 ms, none = handed to the operating system")
      ->transform(CLI::CheckedTransformer(durabilities, CLI::ignore_case));
  command
      .add_option("--flush-bytes", config.store.flush_bytes,
                  "Live rows are written to a block when they take this much memory")
      ->capture_default_str();
  AddRetentionFlags(command, config.store.retention);
}

}  // namespace

void AddServeCommand(CLI::App& app, int* exit_code) {
  CLI::App* command = app.add_subcommand(
      "serve", "Take traces and logs, store them durably, answer queries, serve the web UI");
  auto config = std::make_shared<Config>();
  AddStoreFlags(*command, *config);
  AddPortFlags(*command, *config);
  AddTenancyFlags(*command, *config);
  command->callback([config, exit_code] { *exit_code = Serve(*config); });
}

}  // namespace spanhound::server
