#include "server/serve_command.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/terminal_text.h"
#include "server/config_sources.h"
#include "server/jaeger_settings.h"
#include "server/server.h"
#include "server/service_notify.h"

namespace spanhound::server {
namespace {

constexpr int kExitUsage = 2;

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

std::string WhatToDo(const Status& failure) {
  return failure.code() == Code::kDataLoss
             ? "; `spanhound check` names every damaged file (docs/user/store-files.md)"
             : "";
}

int Serve(const Config& config) {
  RaiseOpenFilesLimit();
  const sigset_t stop_signals = BlockStopSignals();
  Log(LogLevel::kInfo, "retention: " + store::RetentionText(config.store.retention));
  auto server = Server::Start(config);
  if (!server.ok()) {
    const Status& failure = server.status();
    Log(LogLevel::kError, "cannot start: " + failure.message() + WhatToDo(failure));
    return 1;
  }
  Log(LogLevel::kInfo, "ready; data in " + config.data_directory);
  NotifyServiceManager("READY=1");
  int signal_number = 0;
  sigwait(&stop_signals, &signal_number);
  Log(LogLevel::kInfo, std::string("received ") + strsignal(signal_number));
  NotifyServiceManager("STOPPING=1");
  if (Status stopped = (*server)->Stop(); !stopped.ok()) {
    Log(LogLevel::kError, "stop: " + stopped.ToString());
    return 1;
  }
  Log(LogLevel::kInfo, "stopped");
  return 0;
}

struct ServeFlags {
  std::map<std::string, std::vector<std::string>> values;  // by the name of the setting
  std::string config_file;
  bool prints_config = false;
};

struct Given {
  ConfigInForce config;
  std::vector<std::string> told;
};

std::vector<std::string> Environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.push_back(*variable);
  return variables;
}

void Append(std::vector<config::GivenValue> more, std::vector<config::GivenValue>& all) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

// Precedence: a flag of ours, one of Jaeger's, a variable of ours, one of Jaeger's, the file.
Result<Given> Gather(const ServeFlags& flags, const std::vector<std::string>& other_arguments) {
  const std::vector<std::string> environment = Environment();
  std::vector<config::GivenValue> given;
  if (!flags.config_file.empty()) {
    ASSIGN_OR_RETURN(given, config::ReadConfigFile(flags.config_file));
  }
  JaegerSettings jaeger_variables = FromJaegerEnvironment(environment);
  ASSIGN_OR_RETURN(JaegerSettings jaeger_flags, FromJaegerFlags(other_arguments));
  std::vector<std::string> unknown;
  Append(std::move(jaeger_variables.given), given);
  Append(FromEnvironment(environment, &unknown), given);
  Append(std::move(jaeger_flags.given), given);
  for (const auto& [name, values] : flags.values) {
    if (!values.empty()) given.push_back({name, values, "--" + name});
  }
  Given all;
  ASSIGN_OR_RETURN(all.config, ApplySettings(given));
  for (const std::string& name : unknown) all.told.push_back(name + ": there is no such setting");
  for (JaegerSettings* jaeger : {&jaeger_variables, &jaeger_flags}) {
    std::move(jaeger->told.begin(), jaeger->told.end(), std::back_inserter(all.told));
  }
  return all;
}

int Refuse(const Status& status) {
  std::fprintf(stderr, "spanhound: %s\n", TerminalText(status.message()).c_str());
  return kExitUsage;
}

int Run(const ServeFlags& flags, const std::vector<std::string>& other_arguments) {
  Result<Given> given = Gather(flags, other_arguments);
  if (!given.ok()) return Refuse(given.status());
  const Config& config = given->config.config;
  SetLogLevel(config.log_level);
  for (const std::string& line : given->told) Log(LogLevel::kWarning, "not honoured: " + line);
  if (flags.prints_config) {
    std::fputs(ConfigText(given->config).c_str(), stdout);
    return 0;
  }
  if (config.data_directory.empty()) {
    return Refuse(
        InvalidArgument("no directory for the store: --data DIRECTORY, SPANHOUND_DATA, "
                        "or data: in the file of --config"));
  }
  return Serve(config);
}

void AddSettingFlag(CLI::App& command, const Setting& setting, std::vector<std::string>& values) {
  std::string help = setting.help;
  if (!setting.default_text.empty()) help += " [" + setting.default_text + "]";
  if (setting.is_list) help += " (repeatable)";
  if (setting.kind == "false|true") {  // --tenancy is --tenancy=true
    command.add_flag("--" + setting.name, values, help);
  } else {
    CLI::Option* option =
        command.add_option("--" + setting.name, values, help)->type_name(setting.kind);
    option->allow_extra_args(false);
    if (!setting.is_list) option->expected(1);
  }
}

}  // namespace

void AddServeCommand(CLI::App& app, int* exit_code) {
  CLI::App* command = app.add_subcommand(
      "serve", "Take traces and logs, store them durably, answer queries, serve the web UI");
  command->footer(
      "Every flag is also a variable (--query-port: SPANHOUND_QUERY_PORT) and a key of "
      "the file of --config.\nThe flags of Jaeger all-in-one 1.50 are taken as well.");
  auto flags = std::make_shared<ServeFlags>();
  for (const Setting& setting : Settings()) {
    AddSettingFlag(*command, setting, flags->values[setting.name]);
  }
  command->add_option("--config", flags->config_file, "YAML file with the names of these flags")
      ->envname("SPANHOUND_CONFIG");
  command->add_flag("--print-config", flags->prints_config,
                    "Print what is in force and who said so, and exit");
  command->allow_extras();
  command->callback(
      [flags, command, exit_code] { *exit_code = Run(*flags, command->remaining()); });
}

}  // namespace spanhound::server
