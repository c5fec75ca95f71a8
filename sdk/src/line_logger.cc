#include "line_logger.h"

#include <opentelemetry/logs/severity.h>
#include <spdlog/async.h>

#include "attribute_text.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {
namespace {

namespace otel_logs = opentelemetry::logs;
using Level = spdlog::level::level_enum;

// What is longer is cut in the exported record (never in the line): a collector refuses a whole
// request for one record too many megabytes long.
constexpr std::size_t kExportedBytesMax = 64 * 1024;
constexpr std::size_t kQueueLines = 8192;  // then callers wait: lines are not thrown away

LogLevel ToLogLevel(Level level) {
  switch (level) {
    case Level::trace: return LogLevel::kTrace;
    case Level::debug: return LogLevel::kDebug;
    case Level::info: return LogLevel::kInfo;
    case Level::warn: return LogLevel::kWarn;
    case Level::err: return LogLevel::kError;
    default: return LogLevel::kCritical;
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

LogRecord ToRecord(const spdlog::details::log_msg& message) {
  LogRecord record = {
      .level = ToLogLevel(message.level), .message = View(message.payload), .time = message.time};
  if (!message.source.empty()) {
    record.file = message.source.filename;
    record.line = message.source.line;
  }
  return record;
}

}  // namespace

LineLogger::LineLogger(LogOrigin origin, LogFormat format, std::vector<spdlog::sink_ptr> sinks,
                       bool async)
    : spdlog::logger(origin.service_name),
      origin_(std::move(origin)),
      format_(format),
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

LineLogger::~LineLogger() = default;

void LineLogger::Stop() {
  exporting_ = false;
  queueing_ = false;
  pool_.reset();  // its destructor writes what is queued
}

std::string LineLogger::Render(const LogRecord& record, const LogIds& ids) const {
  const LogLine line = {.level = LevelName(record.level),
                        .time = record.time,
                        .file = record.file,
                        .line = record.line,
                        .message = record.message,
                        .trace_id = ids.trace_id_hex(),
                        .span_id = ids.span_id_hex(),
                        .pspan_id = ids.pspan_id_hex()};
  return format_ == LogFormat::kText ? ToText(line) : ToJson(line, origin_);
}

void LineLogger::Export(const LogRecord& record, const LogIds& ids) {
  if (!exporting_) return;
  auto exported = otel_->CreateLogRecord();
  if (exported == nullptr) return;
  const std::string body = ExportedText(record.message);
  exported->SetTimestamp(opentelemetry::common::SystemTimestamp(record.time));
  exported->SetSeverity(static_cast<otel_logs::Severity>(record.level));
  exported->SetBody(ToOtel(body));
  if (!record.file.empty()) {
    exported->SetAttribute("code.file.path", ToOtel(record.file));
    exported->SetAttribute("code.line.number", static_cast<std::int64_t>(record.line));
  }
  if (ids.has_span()) {
    exported->SetTraceId(ids.trace_id);
    exported->SetSpanId(ids.span_id);
    exported->SetTraceFlags(ids.flags);
  }
  otel_->EmitLogRecord(std::move(exported));
}

void LineLogger::sink_it_(const spdlog::details::log_msg& message) {
  const LogIds& ids = CurrentLogIds();
  const LogRecord record = ToRecord(message);
  const std::string line = Render(record, ids);
  spdlog::logger& out = queueing_ ? *queued_ : direct_;
  out.log(message.time, message.source, message.level, spdlog::string_view_t(line));
  Export(record, ids);
}

void LineLogger::flush_() { direct_.flush(); }

}  // namespace spanhound::sdk
