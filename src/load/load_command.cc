#include "load/load_command.h"

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "load/freshness_run.h"
#include "load/load.h"
#include "load/query_run.h"
#include "load/workload.h"
#include "load/workload_facts.h"

namespace spanhound::load {
namespace {

// The options of one command, and what only its command line has.
template <typename Options>
struct Flags {
  Options options;
  std::string json_path;
  std::vector<std::string> headers;  // name=value
  bool describes = false;
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

template <typename Options>
Status ReadHeaders(Flags<Options>& flags) {
  for (const std::string& header : flags.headers) {
    size_t equals = header.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return InvalidArgument("--header is name=value, got " + header);
    }
    flags.options.headers.emplace_back(header.substr(0, equals), header.substr(equals + 1));
  }
  return Status::Ok();
}

int Describe(const LoadOptions& options) {
  auto facts = DescribeWorkload(options);
  if (!facts.ok()) return Fail(facts.status());
  std::cout << options.workload << "\n" << WorkloadFactsText(*facts);
  return 0;
}

int Load(Flags<LoadOptions>& flags) {
  if (flags.describes) return Describe(flags.options);
  if (Status status = ReadHeaders(flags); !status.ok()) return Fail(status);
  auto report = RunLoad(flags.options);
  if (!report.ok()) return Fail(report.status());
  std::cout << ReportText(*report);
  int written = WriteJson(flags.json_path, ReportJson(*report));
  return report->failed_spans > 0 || report->rejected_spans > 0 ? 1 : written;
}

int Query(const Flags<QueryRunOptions>& flags) {
  auto timings = RunQueries(flags.options);
  if (!timings.ok()) return Fail(timings.status());
  std::cout << QueryTimingsText(*timings);
  int exit_code = WriteJson(flags.json_path, QueryTimingsJson(*timings));
  for (const QueryTiming& timing : *timings) {
    if (timing.wrong > 0) exit_code = 1;
  }
  return exit_code;
}

int Freshness(Flags<FreshnessOptions>& flags) {
  if (Status status = ReadHeaders(flags); !status.ok()) return Fail(status);
  auto report = RunFreshness(flags.options);
  if (!report.ok()) return Fail(report.status());
  std::cout << FreshnessText(*report);
  int written = WriteJson(flags.json_path, FreshnessJson(*report));
  return report->by_id.never_seen + report->by_search.never_seen > 0 ? 1 : written;
}

// What a query run must repeat from the load run to know what is there.
template <typename Options>
void AddContentFlags(CLI::App& command, Options& options) {
  command.add_option("--workload", options.workload, "What to send")
      ->check(CLI::IsMember(WorkloadNames()))
      ->capture_default_str();
  command.add_option("--spans", options.spans, "How many spans in all")->capture_default_str();
  command.add_option("--spans-per-request", options.spans_per_request)
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command.add_option("--seed", options.seed, "The same seed sends the same traces")
      ->capture_default_str();
  command
      .add_option("--time-spread", options.time_spread_seconds,
                  "Traces start in so many seconds before the run")
      ->capture_default_str();
}

template <typename Options>
void AddTargetFlags(CLI::App& command, Flags<Options>& flags) {
  command
      .add_option(
          "--target", flags.options.target,
          "grpc://host:port or http://host:port; with a path where it is not /v1/traces. Other "
          "doors: zipkin-json://, zipkin-proto://, elasticsearch://, fluent://, "
          "jaeger-http://, jaeger-grpc://, jaeger-udp://, jaeger-udp-binary://")
      ->capture_default_str();
  command.add_option("--header", flags.headers, "name=value, sent with every request (repeatable)");
}

template <typename Options>
void AddJsonFlag(CLI::App& command, Flags<Options>& flags) {
  command.add_option("--json", flags.json_path, "Write the figures to this file as well");
}

void AddSendFlags(CLI::App& command, LoadOptions& options) {
  command.add_option("--ca-file", options.authorities,
                     "PEM file of who may sign the certificate of an https:// or grpcs:// target");
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
  command.add_option("--timeout-ms", options.timeout_ms, "Of one request")->capture_default_str();
  command
      .add_option("--retry-seconds", options.retry_seconds,
                  "How long a request is retried before it counts as failed")
      ->capture_default_str();
}

void AddMeasureFlags(CLI::App& command, LoadOptions& options) {
  command.add_option("--server-pid", options.server_pid, "Measure CPU and memory of this process");
  command.add_option("--settle", options.settle_seconds,
                     "Wait up to so many seconds for that process to become idle");
  command.add_option("--data-dir", options.data_directory, "Measure the disk space of this");
  command.add_option("--acked-log", options.acked_log_path,
                     "Append the trace ids of every acknowledged request to this file");
}

std::shared_ptr<Flags<QueryRunOptions>> AddQueryFlags(CLI::App& command) {
  auto flags = std::make_shared<Flags<QueryRunOptions>>();
  QueryRunOptions& options = flags->options;
  command.add_option("--url", options.url)->capture_default_str();
  command.add_option("--repetitions", options.repetitions, "Of each kind of question")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command.add_option("--warm-up", options.warm_up, "Further ones before, not counted")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command
      .add_option("--series-seconds", options.series_seconds,
                  "After so long the next kind is asked, with fewer repetitions")
      ->capture_default_str();
  command.add_option("--server-pid", options.server_pid, "Measure CPU of this process");
  command.add_option("--cold", options.cold_directory,
                     "Drop the files below this from the page cache before every question");
  AddContentFlags(command, options);
  AddJsonFlag(command, *flags);
  return flags;
}

std::shared_ptr<Flags<FreshnessOptions>> AddFreshnessFlags(CLI::App& command) {
  auto flags = std::make_shared<Flags<FreshnessOptions>>();
  FreshnessOptions& options = flags->options;
  AddTargetFlags(command, *flags);
  command.add_option("--url", options.url)->capture_default_str();
  command.add_option("--repetitions", options.repetitions, "By id, and as many by search")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command.add_option("--workload", options.workload, "What to send")
      ->check(CLI::IsMember(WorkloadNames()))
      ->capture_default_str();
  command.add_option("--seed", options.seed, "0: from the clock")->capture_default_str();
  AddJsonFlag(command, *flags);
  return flags;
}

}  // namespace

void AddLoadCommand(CLI::App& app, int* exit_code) {
  CLI::App* command =
      app.add_subcommand("load", "Send synthetic traces to any OTLP endpoint and measure it");
  command->require_subcommand(0, 1);
  auto load = std::make_shared<Flags<LoadOptions>>();
  AddContentFlags(*command, load->options);
  AddTargetFlags(*command, *load);
  AddSendFlags(*command, load->options);
  AddMeasureFlags(*command, load->options);
  AddJsonFlag(*command, *load);
  command->add_flag("--describe", load->describes,
                    "Send nothing; say what the workload holds, counted");

  CLI::App* query = command->add_subcommand(
      "query", "Measure a Jaeger query API with questions about what a load run has sent");
  auto questions = AddQueryFlags(*query);
  CLI::App* freshness = command->add_subcommand(
      "freshness", "Measure how long after its acknowledgement a trace can be found");
  auto fresh = AddFreshnessFlags(*freshness);

  command->final_callback([=] {
    if (query->parsed()) {
      *exit_code = Query(*questions);
    } else {
      *exit_code = freshness->parsed() ? Freshness(*fresh) : Load(*load);
    }
  });
}

}  // namespace spanhound::load
