#include "json_logger.h"

#include <opentelemetry/logs/severity.h>
#include <spdlog/async.h>

#include "attribute_text.h"
#include "log_ids.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {
namespace {

namespace otel_logs = opentelemetry::logs;
using Level = spdlog::level::level_enum;

// What is longer is cut in the exported record (never in the line): a collector refuses a whole
// request for one record too many megabytes long.
constexpr std::size_t kExportedBytesMax = 64 * 1024;
constexpr std::size_t kQueueLines = 8192;  // then callers wait: lines are not thrown away

std::string_view LevelName(Level level) {
  switch (level) {
    case Level::trace: return "trace";
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::err: return "error";
    default: return "critical";
  }
}

otel_logs::Severity Severity(Level level) {
  switch (level) {
    case Level::trace: return otel_logs::Severity::kTrace;
    case Level::debug: return otel_logs::Severity::kDebug;
    case Level::info: return otel_logs::Severity::kInfo;
    case Level::warn: return otel_logs::Severity::kWarn;
    case Level::err: return otel_logs::Severity::kError;
    default: return otel_logs::Severity::kFatal;
  }
}

std::string_view View(spdlog::string_view_t text) { return {text.data(), text.size()}; }

// Protobuf strings are UTF-8; a hostile byte in one record must not cost the whole request.
std::string ExportedText(std::string_view text) {
  std::string clean;
  while (!text.empty() && clean.size() < kExportedBytesMax) {
    const std::size_t bytes = Utf8SequenceBytes(text);
    clean.append(bytes == 0 ? "\xEF\xBF\xBD" : text.substr(0, bytes));
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return clean;
}

std::string_view File(const spdlog::source_loc& source) {
  return source.empty() ? std::string_view() : source.filename;
}

void Emit(otel_logs::Logger* otel, const spdlog::details::log_msg& message, const LogIds& ids) {
  auto record = otel->CreateLogRecord();
  if (record == nullptr) return;
  const std::string body = ExportedText(View(message.payload));
  record->SetTimestamp(opentelemetry::common::SystemTimestamp(message.time));
  record->SetSeverity(Severity(message.level));
  record->SetBody(ToOtel(body));
  if (!message.source.empty()) {
    record->SetAttribute("code.file.path", message.source.filename);
    record->SetAttribute("code.line.number", static_cast<std::int64_t>(message.source.line));
  }
  if (!ids.trace_id_hex.empty()) {
    record->SetTraceId(ids.trace_id);
    record->SetSpanId(ids.span_id);
    record->SetTraceFlags(ids.flags);
  }
  otel->EmitLogRecord(std::move(record));
}

}  // namespace

JsonLogger::JsonLogger(LogOrigin origin, std::vector<spdlog::sink_ptr> sinks, bool async)
    : spdlog::logger(origin.service_name),
      origin_(std::move(origin)),
      direct_(name(), sinks.begin(), sinks.end()),
      fork_({.in_child = [this] {
        queueing_ = false;
        new std::shared_ptr(std::move(pool_));  // left behind: its end would wait for the thread
      }}) {
  direct_.set_level(Level::trace);
  direct_.set_pattern("%v");
  direct_.flush_on(Level::trace);  // a line that was logged survives the crash after it
  if (!async) return;
  pool_ = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
  queued_ = std::make_shared<spdlog::async_logger>(name(), sinks.begin(), sinks.end(), pool_);
  queued_->set_level(Level::trace);
  queued_->flush_on(Level::trace);
  queueing_ = true;
}

JsonLogger::~JsonLogger() = default;

void JsonLogger::Stop() {
  exporting_ = false;
  queueing_ = false;
  pool_.reset();  // its destructor writes what is queued
}

void JsonLogger::sink_it_(const spdlog::details::log_msg& message) {
  const LogIds ids = CurrentLogIds();
  const std::string line = ToJson({.level = LevelName(message.level),
                                   .time = message.time,
                                   .file = File(message.source),
                                   .line = message.source.line,
                                   .message = View(message.payload),
                                   .trace_id = ids.trace_id_hex,
                                   .span_id = ids.span_id_hex,
                                   .pspan_id = ids.pspan_id_hex},
                                  origin_);
  spdlog::logger& out = queueing_ ? *queued_ : direct_;
  out.log(message.time, message.source, message.level, spdlog::string_view_t(line));
  if (exporting_) Emit(otel_.get(), message, ids);
}

void JsonLogger::flush_() { direct_.flush(); }

}  // namespace spanhound::sdk
