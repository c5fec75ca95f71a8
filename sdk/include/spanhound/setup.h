// One-call set-up of tracing and logging for a service.
//
//   auto telemetry = spanhound::sdk::Setup("dashboard2ui", "1.0");
//
// Afterwards the global opentelemetry tracer provider, logger provider and propagator are set, and
// sdk::Log() (log.h) writes. Keep the Guard alive for as long as the service runs; its destructor
// delivers what is still queued.
//
// Precedence of every setting: field of SetupOptions, then OTEL_* variable, then default. Two
// exceptions leave the last word to the operator: OTEL_SDK_DISABLED=true switches off whatever the
// code says, and OTEL_SERVICE_NAME replaces the service name given here. docs/user/instrument.md
// lists all variables.
//
// Threads: Setup and Guard belong to one thread (main); everything they set up is for all threads.
// Failure: Setup never throws and always leaves a working program. A value it cannot use is told in
// status() and once on stderr, and the default is used instead.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spdlog::sinks {
class sink;
}

namespace spanhound::sdk {

// Where finished spans and log records go.
enum class Exporter : std::uint8_t {
  kOtlpHttp,  // protobuf to ENDPOINT/v1/traces and ENDPOINT/v1/logs; default http://127.0.0.1:4318
  kOtlpGrpc,  // default http://127.0.0.1:4317; plain text unless the endpoint says https://
  kJaeger,    // Thrift over HTTP, spans only; default http://127.0.0.1:14268/api/traces
  kConsole,   // stdout, at once
  kNone,
};

// What went wrong, as texts. No text: all is well.
class Status {
 public:
  Status() = default;
  explicit Status(std::vector<std::string> errors) : errors_(std::move(errors)) {}

  bool ok() const { return errors_.empty(); }
  const std::vector<std::string>& errors() const { return errors_; }
  std::string message() const;  // all texts joined by "; "

 private:
  std::vector<std::string> errors_ = {};
};

// Batching between the application and the exporter. Unset: OTEL_BSP_* (spans) or OTEL_BLRP_*
// (logs), else the specification's defaults.
struct BatchOptions {
  std::optional<std::size_t> max_queue_size = {};  // default 2048; what exceeds it is dropped
  std::optional<std::size_t> max_export_batch_size = {};  // default 512; also a limit when flushing
  std::optional<std::chrono::milliseconds> schedule_delay = {};  // default 5 s spans, 1 s logs
};

struct LogOptions {
  std::optional<std::string> level = {};  // trace debug info warn error critical off; default info
                                          // (variable SPANHOUND_LOG_LEVEL)
  bool to_stdout = true;
  std::string file = {};       // also append JSON lines to this file; its directory is created
  bool async = false;          // write lines on a thread of its own; ids are the caller's anyway
  bool default_logger = true;  // also serve spdlog::info() and SPDLOG_INFO()
  std::vector<std::shared_ptr<spdlog::sinks::sink>> sinks = {};  // get the JSON lines, too
};

struct SetupOptions {
  std::optional<Exporter> traces = {};  // OTEL_TRACES_EXPORTER (+ OTEL_EXPORTER_OTLP_PROTOCOL)
  std::optional<Exporter> logs = {};    // OTEL_LOGS_EXPORTER; default: OTLP if the spans go by OTLP
  std::optional<std::string> endpoint = {};         // of the collector, for spans and logs by OTLP
  std::optional<std::string> jaeger_endpoint = {};  // whole URL
  std::optional<std::map<std::string, std::string>> headers = {};  // added to every OTLP request
  std::optional<std::chrono::milliseconds> timeout =
      {};                                   // per export, retries included; default 10 s
  std::optional<std::string> sampler = {};  // names and argument as in OTEL_TRACES_SAMPLER(_ARG)
  std::optional<std::string> sampler_arg = {};  //   default parentbased_always_on
  std::optional<std::string> propagators =
      {};  // as in OTEL_PROPAGATORS; default tracecontext,baggage
  std::map<std::string, std::string> resource = {};  // e.g. {{"environment", "dev"}, {"ID", "1"}}
  BatchOptions span_batch = {};
  BatchOptions log_batch = {};
  LogOptions log = {};
};

// Owns the pipelines of one Setup. Movable, not copyable.
class Guard {
 public:
  Guard(Guard&&) noexcept;
  Guard& operator=(Guard&&) noexcept;
  ~Guard();  // Shutdown()

  // What Setup could not do as told.
  const Status& status() const;
  bool ok() const { return status().ok(); }

  // Delivers everything queued and stops. Returns within `deadline` (plus scheduling), also when
  // the collector hangs; the answer tells what was lost over the life of the guard, and why. Later
  // calls return the same answer. Logging to stdout and file goes on working.
  Status Shutdown(std::chrono::milliseconds deadline = std::chrono::seconds(5));

 private:
  friend Guard Setup(std::string_view, std::string_view, SetupOptions);
  class Pipelines;
  explicit Guard(std::unique_ptr<Pipelines> pipelines);
  std::unique_ptr<Pipelines> pipelines_;
};

// Call once, early in main. A second call takes over from the first.
[[nodiscard]] Guard Setup(std::string_view service_name, std::string_view service_version,
                          SetupOptions options = {});

}  // namespace spanhound::sdk
