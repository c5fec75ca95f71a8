#include "config.h"

#include <algorithm>
#include <array>

#include "endpoint_config.h"
#include "host.h"
#include "settings_reader.h"

namespace spanhound::sdk {
namespace {

constexpr std::uint64_t kCountLimitMax = 1'000'000'000;
constexpr std::uint64_t kQueueSizeMax = 1'000'000;  // at some kB per span, what a host can bear
constexpr std::string_view kDefaultPropagators = "tracecontext,baggage";

BatchConfig ResolveBatch(SettingsReader& read, const BatchOptions& options,
                         const std::string& prefix, std::chrono::milliseconds delay) {
  const auto told = [&](const std::optional<std::size_t>& option, const std::string& name) {
    return option ? option : read.Number({prefix + name}, 1, kQueueSizeMax);
  };
  BatchConfig batch;
  batch.max_queue_size = std::clamp<std::size_t>(
      told(options.max_queue_size, "MAX_QUEUE_SIZE").value_or(batch.max_queue_size), 1,
      kQueueSizeMax);
  const auto batch_size = told(options.max_export_batch_size, "MAX_EXPORT_BATCH_SIZE");
  if (batch_size && *batch_size > batch.max_queue_size) {
    read.Problem(prefix + "MAX_EXPORT_BATCH_SIZE: a batch of " + std::to_string(*batch_size) +
                 " is more than the queue holds, " + std::to_string(batch.max_queue_size) +
                 " is used");
  }
  // Never more than the queue, by the specification.
  batch.max_export_batch_size = std::clamp<std::size_t>(
      batch_size.value_or(batch.max_export_batch_size), 1, batch.max_queue_size);
  batch.schedule_delay =
      FirstOf(options.schedule_delay, read.Duration({prefix + "SCHEDULE_DELAY"}), delay);
  return batch;
}

// What a variable names, in its order and each once; empty when it is unset. `otlp` stands for the
// protocol's transport, which is another variable's matter.
std::vector<Exporter> ExportersFromVariable(SettingsReader& read, const std::string& variable,
                                            Exporter otlp, bool jaeger_possible) {
  std::vector<Exporter> exporters;
  const auto add = [&](Exporter exporter) {
    if (std::find(exporters.begin(), exporters.end(), exporter) == exporters.end()) {
      exporters.push_back(exporter);
    }
  };
  for (const std::string& entry : SplitList(read.Text({variable}).value_or(""))) {
    const std::string name = ToLower(entry);
    if (name == "otlp") {
      add(otlp);
    } else if (name == "console" || name == "logging") {
      add(Exporter::kConsole);
    } else if (name == "none") {
      add(Exporter::kNone);
    } else if (name == "jaeger" && jaeger_possible) {
      add(JaegerTransport(read));
    } else {
      read.Problem(variable + ": '" + entry + "' is not supported, otlp is used");
      add(otlp);
    }
  }
  const auto none = std::find(exporters.begin(), exporters.end(), Exporter::kNone);
  if (none != exporters.end() && exporters.size() > 1) {
    read.Problem(variable + ": 'none' beside others is left out");
    exporters.erase(none);
  }
  return exporters;
}

std::optional<Exporter> First(const std::vector<Exporter>& exporters) {
  return exporters.empty() ? std::nullopt : std::optional(exporters.front());
}

std::vector<SignalConfig> AllButFirst(const std::vector<Exporter>& exporters) {
  std::vector<SignalConfig> configs;
  for (std::size_t i = 1; i < exporters.size(); ++i) {
    configs.emplace_back().exporter = exporters[i];
  }
  return configs;
}

bool IsOtlp(Exporter exporter) {
  return exporter == Exporter::kOtlpHttp || exporter == Exporter::kOtlpGrpc ||
         exporter == Exporter::kOtlpHttpJson;
}

std::vector<std::string> ResolvePropagators(SettingsReader& read, const SetupOptions& options) {
  static constexpr std::array<std::string_view, 5> kKnown{"tracecontext", "baggage", "b3",
                                                          "b3multi", "jaeger"};
  const std::string list = FirstOf<std::string>(
      options.propagators, read.Text({"OTEL_PROPAGATORS"}), std::string(kDefaultPropagators));
  std::vector<std::string> names;
  for (const std::string& entry : SplitList(list)) {
    const std::string name = ToLower(entry);
    if (name == "none") continue;
    if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end()) {
      read.Problem("OTEL_PROPAGATORS: '" + entry + "' is not supported, left out");
    } else if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  return names;
}

SpanLimits ResolveSpanLimits(SettingsReader& read, const SpanLimitOptions& options) {
  const auto limit = [&](const std::optional<std::size_t>& option,
                         std::initializer_list<std::string> names, std::size_t otherwise) {
    return FirstOf<std::size_t>(option, read.Number(names, 0, kCountLimitMax), otherwise);
  };
  SpanLimits limits;
  limits.attributes =
      limit(options.attributes, {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT"},
            limits.attributes);
  limits.value_characters = limit(
      options.attribute_value_length,
      {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"}, kUnlimited);
  limits.events = limit(options.events, {"OTEL_SPAN_EVENT_COUNT_LIMIT"}, limits.events);
  limits.links = limit(options.links, {"OTEL_SPAN_LINK_COUNT_LIMIT"}, limits.links);
  limits.event_attributes = limit(
      options.attributes_per_event,
      {"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT"}, limits.event_attributes);
  limits.link_attributes = limit(options.attributes_per_link,
                                 {"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT"},
                                 limits.link_attributes);
  return limits;
}

SpanLimits ResolveLogLimits(SettingsReader& read) {
  const auto limit = [&](const std::string& name, std::size_t otherwise) {
    return read.Number({"OTEL_LOGRECORD_" + name, "OTEL_" + name}, 0, kCountLimitMax)
        .value_or(otherwise);
  };
  SpanLimits limits;
  limits.attributes = limit("ATTRIBUTE_COUNT_LIMIT", limits.attributes);
  limits.value_characters = limit("ATTRIBUTE_VALUE_LENGTH_LIMIT", kUnlimited);
  return limits;
}

// The level of the kit's own messages, of which there are only warnings and errors.
bool ResolveQuiet(SettingsReader& read) {
  static constexpr std::array<std::string_view, 9> kLevels{
      "trace", "debug", "verbose", "info", "warn", "warning", "error", "all", "default"};
  const auto text = read.Text({"OTEL_LOG_LEVEL"});
  if (!text) return false;
  const std::string level = ToLower(*text);
  if (level == "none" || level == "off" || level == "fatal") return true;
  if (std::find(kLevels.begin(), kLevels.end(), level) == kLevels.end()) {
    read.Problem("OTEL_LOG_LEVEL: '" + *text + "' is not known, info is used");
  }
  return false;
}

std::map<std::string, std::string> ResolveResource(SettingsReader& read,
                                                   const SetupOptions& options) {
  std::vector<std::string> bad;
  std::map<std::string, std::string> resource;
  const std::string text = read.Text({"OTEL_RESOURCE_ATTRIBUTES"}).value_or("");
  for (auto& [key, value] : ParseKeyValues(text, &bad)) resource[key] = value;
  for (const std::string& entry : bad) {
    read.Problem("OTEL_RESOURCE_ATTRIBUTES: '" + entry + "' is not key=value, left out");
  }
  for (const auto& [key, value] : options.resource) resource[key] = value;
  return resource;
}

// Taken out of the resource, where it may hide among the attributes.
std::string TakeServiceName(SettingsReader& read, std::string_view argument,
                            std::map<std::string, std::string>* resource) {
  std::string from_resource;
  if (const auto node = resource->extract("service.name"); !node.empty()) {
    from_resource = node.mapped();
  }
  if (const auto told = read.Text({"OTEL_SERVICE_NAME"})) return *told;
  if (!argument.empty()) return std::string(argument);
  if (!from_resource.empty()) return from_resource;
  const auto process = ProcessAttributes();
  const auto executable = process.find("process.executable.name");
  return executable == process.end() ? "unknown_service" : "unknown_service:" + executable->second;
}

std::string ResolveLogLevel(SettingsReader& read, const SetupOptions& options) {
  static constexpr std::array<std::string_view, 7> kLevels{"trace", "debug",    "info", "warn",
                                                           "error", "critical", "off"};
  const std::string level =
      ToLower(FirstOf<std::string>(options.log.level, read.Text({"SPANHOUND_LOG_LEVEL"}), "info"));
  if (std::find(kLevels.begin(), kLevels.end(), level) != kLevels.end()) return level;
  read.Problem("log level '" + level + "' is not known, info is used");
  return "info";
}

LogFormat ResolveLogFormat(SettingsReader& read, const SetupOptions& options) {
  const std::string format = ToLower(
      FirstOf<std::string>(options.log.format, read.Text({"SPANHOUND_LOG_FORMAT"}), "json"));
  if (format == "text") return LogFormat::kText;
  if (format != "json") read.Problem("log format '" + format + "' is not known, json is used");
  return LogFormat::kJson;
}

// A variable that is bad for both signals is one problem.
void TellOnce(std::vector<std::string>* problems) {
  std::vector<std::string> once;
  for (std::string& problem : *problems) {
    if (std::find(once.begin(), once.end(), problem) == once.end()) {
      once.push_back(std::move(problem));
    }
  }
  *problems = std::move(once);
}

void ResolveExporters(SettingsReader& read, const SetupOptions& options, Config* config) {
  const Exporter otlp_traces = OtlpTransport(read, "TRACES");
  const Exporter otlp_logs = OtlpTransport(read, "LOGS");
  const auto traces = ExportersFromVariable(read, "OTEL_TRACES_EXPORTER", otlp_traces, true);
  config->traces.exporter = FirstOf<Exporter>(options.traces, First(traces), otlp_traces);
  if (!options.traces) config->more_traces = AllButFirst(traces);
  // Who sends spans by OTLP has a collector for logs, too; who sends them elsewhere may have none.
  const bool by_otlp = IsOtlp(config->traces.exporter) ||
                       std::any_of(config->more_traces.begin(), config->more_traces.end(),
                                   [](const SignalConfig& each) { return IsOtlp(each.exporter); });
  const Exporter like_traces = !by_otlp         ? Exporter::kNone
                               : options.traces ? config->traces.exporter
                                                : otlp_logs;
  const auto logs = ExportersFromVariable(read, "OTEL_LOGS_EXPORTER", otlp_logs, false);
  config->logs.exporter = FirstOf<Exporter>(options.logs, First(logs), like_traces);
  if (!options.logs) config->more_logs = AllButFirst(logs);
  if (config->logs.exporter == Exporter::kJaeger ||
      config->logs.exporter == Exporter::kJaegerAgent) {
    read.Problem("Jaeger takes no logs, they are not exported");
    config->logs.exporter = Exporter::kNone;
  }
}

}  // namespace

Config ResolveConfig(std::string_view service_name, std::string_view service_version,
                     const SetupOptions& options, const Environment& environment) {
  Config config;
  SettingsReader read(environment, &config.problems);
  config.disabled = read.Bool("OTEL_SDK_DISABLED");
  config.resource = ResolveResource(read, options);
  config.service_name = TakeServiceName(read, service_name, &config.resource);
  config.service_version = service_version;
  ResolveExporters(read, options, &config);
  const auto resolve = [&](const std::string& signal, const std::string& prefix,
                           const BatchOptions& batch, int delay_ms, SignalConfig* signal_config) {
    ResolveEndpoint(read, options, signal, signal_config);
    signal_config->batch = ResolveBatch(read, batch, prefix, std::chrono::milliseconds(delay_ms));
    if (const auto limit = read.Duration({prefix + "EXPORT_TIMEOUT"})) {
      signal_config->timeout = std::min(signal_config->timeout, *limit);
    }
  };
  const auto resolve_traces = [&](SignalConfig* signal) {
    resolve("TRACES", "OTEL_BSP_", options.span_batch, 5000, signal);
  };
  const auto resolve_logs = [&](SignalConfig* signal) {
    resolve("LOGS", "OTEL_BLRP_", options.log_batch, 1000, signal);
  };
  resolve_traces(&config.traces);
  resolve_logs(&config.logs);
  for (SignalConfig& each : config.more_traces) resolve_traces(&each);
  for (SignalConfig& each : config.more_logs) resolve_logs(&each);
  config.span_limits = ResolveSpanLimits(read, options.span_limits);
  config.log_limits = ResolveLogLimits(read);
  config.sampler = ResolveSampler(read, options);
  config.propagators = ResolvePropagators(read, options);
  config.log_level = ResolveLogLevel(read, options);
  config.log_format = ResolveLogFormat(read, options);
  config.quiet = ResolveQuiet(read);
  if (read.Text({"OTEL_CONFIG_FILE"})) {
    read.Problem("OTEL_CONFIG_FILE is not supported, the other variables are used");
  }
  TellOnce(&config.problems);
  return config;
}

}  // namespace spanhound::sdk
