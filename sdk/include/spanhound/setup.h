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
// Fork: a child made by fork() goes on exporting by itself; what the parent had queued is the
// parent's to send.
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
  kJaegerAgent,   // Thrift over UDP, spans only; default 127.0.0.1:6831
  kOtlpHttpJson,  // as kOtlpHttp with JSON, which costs several times as much
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

// What one span may hold; more is left out, and the span says how much. Unset: OTEL_SPAN_*_LIMIT,
// OTEL_ATTRIBUTE_*_LIMIT and their kin, else the specification's defaults.
struct SpanLimitOptions {
  std::optional<std::size_t> attributes = {};              // default 128, as all counts here
  std::optional<std::size_t> attribute_value_length = {};  // characters; default no limit
  std::optional<std::size_t> events = {};
  std::optional<std::size_t> attributes_per_event = {};
  std::optional<std::size_t> links = {};
  std::optional<std::size_t> attributes_per_link = {};
};

struct LogOptions {
  std::optional<std::string> level = {};   // trace debug info warn error critical off; default info
                                           // (variable SPANHOUND_LOG_LEVEL)
  std::optional<std::string> format = {};  // json text; default json (SPANHOUND_LOG_FORMAT)
  bool to_stdout = true;
  std::string file = {};       // also append the lines to this file; its directory is created
  bool async = false;          // write lines on a thread of its own; ids are the caller's anyway
  bool default_logger = true;  // also serve spdlog::info() and SPDLOG_INFO()
  std::vector<std::shared_ptr<spdlog::sinks::sink>> sinks = {};  // get the lines, too
};

struct SetupOptions {
  std::optional<Exporter> traces = {};  // OTEL_TRACES_EXPORTER (+ OTEL_EXPORTER_OTLP_PROTOCOL)
  std::optional<Exporter> logs = {};    // OTEL_LOGS_EXPORTER; default: OTLP if the spans go by OTLP
  std::optional<std::string> endpoint = {};         // of the collector, for spans and logs by OTLP
  std::optional<std::string> jaeger_endpoint = {};  // whole URL
  std::optional<std::map<std::string, std::string>> headers = {};  // added to every OTLP request
  std::optional<std::chrono::milliseconds> timeout =
      {};                         // per export, retries included; default 10 s
  std::optional<bool> gzip = {};  // compress OTLP requests; OTEL_EXPORTER_OTLP_COMPRESSION; no
  std::optional<std::string> sampler = {};  // names and argument as in OTEL_TRACES_SAMPLER(_ARG)
  std::optional<std::string> sampler_arg = {};  //   default parentbased_always_on
  std::optional<std::string> propagators =
      {};  // as in OTEL_PROPAGATORS; default tracecontext,baggage
  std::map<std::string, std::string> resource = {};  // e.g. {{"environment", "dev"}, {"ID", "1"}}
  BatchOptions span_batch = {};
  BatchOptions log_batch = {};
  SpanLimitOptions span_limits = {};
  LogOptions log = {};
};

// What became of the spans or log records handed to an exporter, since Setup (or fork). With
// several exporters, the sum of what became of them at each.
struct ExportCounts {
  std::uint64_t delivered = 0;
  std::uint64_t lost = 0;     // on the way, or rejected by the backend
  std::uint64_t dropped = 0;  // before: the queue was full
};

// Owns the pipelines of one Setup. Movable, not copyable; one that was moved from does nothing. The
// counts may be asked for by any thread.
class Guard {
 public:
  Guard(Guard&&) noexcept;
  Guard& operator=(Guard&&) noexcept;
  ~Guard();  // Shutdown()

  // What Setup could not do as told.
  const Status& status() const;
  bool ok() const { return status().ok(); }

  ExportCounts span_counts() const;
  ExportCounts log_counts() const;

  // Waits until everything queued before is delivered or given up; false when time is up first.
  bool Flush(std::chrono::milliseconds deadline = std::chrono::seconds(5));

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
