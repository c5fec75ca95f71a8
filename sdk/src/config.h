// What Setup was asked for, made out of options, environment and defaults. A pure function: all of
// its rules are in config_test.cc as a table.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "environment.h"
#include "log_line.h"
#include "sampler_config.h"
#include "span_limits.h"
#include "spanhound/setup.h"
#include "transport.h"

namespace spanhound::sdk {

struct BatchConfig {
  std::size_t max_queue_size = 2048;
  std::size_t max_export_batch_size = 512;
  std::chrono::milliseconds schedule_delay{5000};
};

// One signal's way out.
struct SignalConfig {
  Exporter exporter = Exporter::kOtlpHttp;
  Endpoint endpoint;
  std::chrono::milliseconds timeout{10000};
  BatchConfig batch;
};

struct Config {
  bool disabled = false;
  std::string service_name;
  std::string service_version;
  std::map<std::string, std::string> resource;  // beyond what the machine tells
  SignalConfig traces;
  SignalConfig logs;
  std::vector<SignalConfig> more_traces;  // where OTEL_TRACES_EXPORTER names several; the same
  std::vector<SignalConfig> more_logs;    // for OTEL_LOGS_EXPORTER
  SpanLimits span_limits;
  SpanLimits log_limits;  // of records, as far as they have any
  SamplerConfig sampler;
  std::vector<std::string> propagators;  // known names only
  LogFormat log_format = LogFormat::kJson;
  std::string log_level;              // a known name
  bool quiet = false;                 // the kit's own complaints go nowhere
  std::vector<std::string> problems;  // settings that could not be used, and what is used instead
};

Config ResolveConfig(std::string_view service_name, std::string_view service_version,
                     const SetupOptions& options, const Environment& environment);

}  // namespace spanhound::sdk
