#include "spanhound/setup.h"

#include <opentelemetry/context/propagation/global_propagator.h>
#include <opentelemetry/logs/noop.h>
#include <opentelemetry/logs/provider.h>
#include <opentelemetry/trace/noop.h>
#include <opentelemetry/trace/provider.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "api_locks.h"
#include "config.h"
#include "default_scope.h"
#include "environment.h"
#include "error_reporter.h"
#include "host.h"
#include "line_logger.h"
#include "logger_registry.h"
#include "pipelines.h"
#include "propagators.h"
#include "spanhound/context_storage.h"

namespace spanhound::sdk {
namespace {

namespace nostd = opentelemetry::nostd;
namespace otel_logs = opentelemetry::logs;
namespace otel_trace = opentelemetry::trace;

constexpr std::chrono::hours kLongestShutdown{24};

void SetTracerProvider(std::shared_ptr<otel_trace::TracerProvider> provider) {
  otel_trace::Provider::SetTracerProvider(
      nostd::shared_ptr<otel_trace::TracerProvider>(std::move(provider)));
}

void SetLoggerProvider(std::shared_ptr<otel_logs::LoggerProvider> provider) {
  otel_logs::Provider::SetLoggerProvider(
      nostd::shared_ptr<otel_logs::LoggerProvider>(std::move(provider)));
}

std::vector<spdlog::sink_ptr> MakeSinks(const LogOptions& options, bool to_stdout,
                                        std::vector<std::string>* problems) {
  std::vector<spdlog::sink_ptr> sinks = options.sinks;
  if (to_stdout) sinks.push_back(std::make_shared<spdlog::sinks::stdout_sink_mt>());
  if (!options.file.empty()) {
    try {
      sinks.push_back(std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file));
    } catch (const std::exception& error) {
      problems->push_back("no log file: " + std::string(error.what()));
    }
  }
  return sinks;
}

std::shared_ptr<LineLogger> MakeLogger(Config* config, const LogOptions& options) {
  const auto is_console = [](const SignalConfig& each) {
    return each.exporter == Exporter::kConsole;
  };
  const bool to_stdout =
      options.to_stdout || is_console(config->logs) ||
      std::any_of(config->more_logs.begin(), config->more_logs.end(), is_console);
  const Environment environment = ProcessEnvironment();
  auto logger = std::make_shared<LineLogger>(
      LogOrigin{config->service_name, HostIp(environment), environment("POD_IP").value_or("")},
      config->log_format, MakeSinks(options, to_stdout, &config->problems), options.async);
  logger->set_level(spdlog::level::from_str(config->log_level));
  return logger;
}

}  // namespace

std::string Status::message() const {
  std::string joined;
  for (const std::string& error : errors_) joined += (joined.empty() ? "" : "; ") + error;
  return joined;
}

class Guard::Pipelines {
 public:
  Pipelines(Config config, const LogOptions& log_options) {
    FreeApiLocksInChildren();
    TelemetryErrors().SetQuiet(config.quiet);  // takes over the SDK's messages as well
    logger_ = MakeLogger(&config, log_options);
    opentelemetry::context::propagation::GlobalTextMapPropagator::SetGlobalPropagator(
        MakePropagator(config.propagators));
    SetDefaultScopeName(config.service_name);
    if (!config.disabled) StartExport(config);
    InstallLogger(logger_);
    if (log_options.default_logger) spdlog::set_default_logger(logger_);
    status_ = Status(std::move(config.problems));
    if (!status_.ok()) TelemetryErrors().ReportOnce(status_.message());
  }

  const Status& status() const { return status_; }

  Status Shutdown(std::chrono::milliseconds deadline) {
    if (stopped_) return outcome_;
    stopped_ = true;
    const auto time = std::clamp<std::chrono::milliseconds>(deadline, std::chrono::milliseconds(0),
                                                            kLongestShutdown);
    if (traces_.provider != nullptr) traces_.provider->Stop();
    StopExports(StopSignal::Clock::now() + time);
    LeaveGlobals();
    logger_->Stop();
    std::vector<std::string> errors;
    for (const auto& exporting : AllExports()) {
      for (std::string& loss : exporting->Losses()) errors.push_back(std::move(loss));
    }
    outcome_ = Status(std::move(errors));
    if (!outcome_.ok()) TelemetryErrors().Report(outcome_.message());
    return outcome_;
  }

  bool Flush(std::chrono::milliseconds deadline) {
    const auto limit = std::chrono::steady_clock::now() + deadline;
    bool all = true;
    for (const auto& exporting : AllExports()) {
      const auto left = std::chrono::duration_cast<std::chrono::microseconds>(
          limit - std::chrono::steady_clock::now());
      all &= exporting->Flush(static_cast<std::uint64_t>(std::max<std::int64_t>(left.count(), 0)));
    }
    return all;
  }

  ExportCounts span_counts() const { return CountsOf(traces_.exporting); }
  ExportCounts log_counts() const { return CountsOf(logs_.exporting); }

 private:
  Exports AllExports() const {
    Exports all = traces_.exporting;
    all.insert(all.end(), logs_.exporting.begin(), logs_.exporting.end());
    return all;
  }

  static ExportCounts CountsOf(const Exports& exports) {
    ExportCounts sum;
    for (const auto& each : exports) {
      const ExportCounts counts = each->counts();
      sum.delivered += counts.delivered;
      sum.lost += counts.lost;
      sum.dropped += counts.dropped;
    }
    return sum;
  }

  void StartExport(const Config& config) {
    const Resource resource = MakeResource(config, ProcessEnvironment());
    traces_ = MakeTracePipeline(config, resource);
    SetTracerProvider(traces_.provider);
    logs_ = MakeLogPipeline(config, resource);
    if (logs_.provider == nullptr) return;
    SetLoggerProvider(logs_.provider);
    logger_->SetExport(logs_.provider->GetLogger("spanhound.log", "spanhound.log"));
  }

  // All at once: each has the whole deadline, however another's backend behaves.
  void StopExports(StopSignal::Clock::time_point latest) {
    std::vector<std::thread> threads;
    for (const auto& each : AllExports()) {
      threads.emplace_back([&each = *each, latest] { each.StopBy(latest); });
    }
    for (std::thread& thread : threads) thread.join();
  }

  // Unless a later Setup has taken over.
  void LeaveGlobals() {
    if (otel_trace::Provider::GetTracerProvider().get() == traces_.provider.get()) {
      SetTracerProvider(std::make_shared<otel_trace::NoopTracerProvider>());
    }
    if (otel_logs::Provider::GetLoggerProvider().get() == logs_.provider.get()) {
      SetLoggerProvider(std::make_shared<otel_logs::NoopLoggerProvider>());
    }
  }

  TracePipeline traces_;
  LogPipeline logs_;
  std::shared_ptr<LineLogger> logger_;
  Status status_;
  Status outcome_;
  bool stopped_ = false;
};

Guard::Guard(std::unique_ptr<Pipelines> pipelines) : pipelines_(std::move(pipelines)) {}
Guard::Guard(Guard&&) noexcept = default;

Guard& Guard::operator=(Guard&& other) noexcept {
  if (this != &other) {
    Shutdown();
    pipelines_ = std::move(other.pipelines_);
  }
  return *this;
}

Guard::~Guard() { Shutdown(); }

const Status& Guard::status() const {
  static const Status& moved_from = *new Status();
  return pipelines_ == nullptr ? moved_from : pipelines_->status();
}

Status Guard::Shutdown(std::chrono::milliseconds deadline) {
  return pipelines_ == nullptr ? Status() : pipelines_->Shutdown(deadline);
}

ExportCounts Guard::span_counts() const {
  return pipelines_ == nullptr ? ExportCounts() : pipelines_->span_counts();
}

ExportCounts Guard::log_counts() const {
  return pipelines_ == nullptr ? ExportCounts() : pipelines_->log_counts();
}

bool Guard::Flush(std::chrono::milliseconds deadline) {
  return pipelines_ == nullptr || pipelines_->Flush(deadline);
}

Guard Setup(std::string_view service_name, std::string_view service_version, SetupOptions options) {
  InstallContextStorage();
  Config config = ResolveConfig(service_name, service_version, options, ProcessEnvironment());
  return Guard(std::make_unique<Guard::Pipelines>(std::move(config), options.log));
}

}  // namespace spanhound::sdk
