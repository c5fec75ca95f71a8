#include "load/load_command.h"

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "load/load.h"
#include "load/query_run.h"

namespace spanhound::load {
namespace {

struct LoadFlags {
  LoadOptions options;
  std::string json_path;
};

struct QueryFlags {
  QueryRunOptions options;
  std::string json_path;
};

int Fail(const Status& status) {
  std::cerr << "spanhound load: " << status.ToString() << "\n";
  return 1;
}

int WriteJson(const std::string& path, const std::string& json) {
  if (path.empty()) return 0;
  std::ofstream file(path);
  file << json;
  file.close();
  return file.fail() ? Fail(Internal("cannot write " + path)) : 0;
}

int Load(const LoadFlags& flags) {
  auto report = RunLoad(flags.options);
  if (!report.ok()) return Fail(report.status());
  std::cout << ReportText(*report);
  int written = WriteJson(flags.json_path, ReportJson(*report));
  return report->failed_spans > 0 || report->rejected_spans > 0 ? 1 : written;
}

int Query(const QueryFlags& flags) {
  auto timings = RunQueries(flags.options);
  if (!timings.ok()) return Fail(timings.status());
  std::cout << QueryTimingsText(*timings);
  int exit_code = WriteJson(flags.json_path, QueryTimingsJson(*timings));
  for (const QueryTiming& timing : *timings) {
    if (timing.wrong > 0) exit_code = 1;
  }
  return exit_code;
}

// What a query run must repeat from the load run to know what is there.
template <typename Options>
void AddContentFlags(CLI::App& command, Options& options) {
  command.add_option("--workload", options.workload, "What to send")
      ->check(CLI::IsMember({"shop", "jaeger-bench"}))
      ->capture_default_str();
  command.add_option("--spans", options.spans, "How many spans in all")->capture_default_str();
  command.add_option("--spans-per-request", options.spans_per_request)
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command.add_option("--seed", options.seed, "The same seed sends the same traces")
      ->capture_default_str();
}

void AddSendFlags(CLI::App& command, LoadOptions& options) {
  command.add_option("--target", options.target, "grpc://host:port or http://host:port")
      ->capture_default_str();
  command.add_option("--connections", options.connections)
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command.add_option("--requests-in-flight", options.requests_in_flight, "Per connection")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  command
      .add_option("--rate", options.spans_per_second,
                  "Spans per second, sent on schedule whatever the server does; 0: as fast as "
                  "it acknowledges")
      ->capture_default_str();
  command
      .add_option("--time-spread", options.time_spread_seconds,
                  "Traces start in so many seconds before now")
      ->capture_default_str();
  command.add_option("--timeout-ms", options.timeout_ms, "Of one request")->capture_default_str();
  command
      .add_option("--retry-seconds", options.retry_seconds,
                  "How long a request is retried before it counts as failed")
      ->capture_default_str();
}

void AddMeasureFlags(CLI::App& command, LoadFlags& flags) {
  LoadOptions& options = flags.options;
  command.add_option("--server-pid", options.server_pid, "Measure CPU and memory of this process");
  command.add_option("--settle", options.settle_seconds,
                     "Wait up to so many seconds for that process to become idle");
  command.add_option("--data-dir", options.data_directory, "Measure the disk space of this");
  command.add_option("--acked-log", options.acked_log_path,
                     "Append the trace ids of every acknowledged request to this file");
  command.add_option("--json", flags.json_path, "Write the report to this file as well");
}

}  // namespace

void AddLoadCommand(CLI::App& app, int* exit_code) {
  CLI::App* command =
      app.add_subcommand("load", "Send synthetic traces to any OTLP endpoint and measure it");
  command->require_subcommand(0, 1);
  auto load = std::make_shared<LoadFlags>();
  AddContentFlags(*command, load->options);
  AddSendFlags(*command, load->options);
  AddMeasureFlags(*command, *load);

  CLI::App* query = command->add_subcommand(
      "query", "Measure a Jaeger query API with questions about what a load run has sent");
  auto questions = std::make_shared<QueryFlags>();
  query->add_option("--url", questions->options.url)->capture_default_str();
  query->add_option("--repetitions", questions->options.repetitions)
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  query->add_option("--json", questions->json_path, "Write the timings to this file as well");
  AddContentFlags(*query, questions->options);

  command->final_callback([query, load, questions, exit_code] {
    *exit_code = query->parsed() ? Query(*questions) : Load(*load);
  });
}

}  // namespace spanhound::load
