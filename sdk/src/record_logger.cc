#include "record_logger.h"

#include <opentelemetry/logs/log_record.h>
#include <opentelemetry/logs/logger.h>
#include <opentelemetry/logs/severity.h>
#include <opentelemetry/trace/span_id.h>
#include <opentelemetry/trace/trace_flags.h>
#include <opentelemetry/trace/trace_id.h>

#include <chrono>
#include <string>
#include <utility>

#include "attribute_writer.h"
#include "proto_writer.h"
#include "remote_parent.h"
#include "span_buffer.h"

namespace spanhound::sdk {
namespace {

namespace common = opentelemetry::common;
namespace nostd = opentelemetry::nostd;
namespace otel_logs = opentelemetry::logs;
namespace trace = opentelemetry::trace;

// Of opentelemetry.proto.logs.v1.LogRecord.
enum RecordField : unsigned {
  kTime = 1,
  kSeverityNumber = 2,
  kSeverityText = 3,
  kBody = 5,
  kAttributes = 6,
  kDroppedAttributes = 7,
  kFlags = 8,
  kTraceId = 9,
  kSpanId = 10,
  kObservedTime = 11,
  kEventName = 12
};

std::int64_t Nanoseconds(common::SystemTimestamp time) { return time.time_since_epoch().count(); }

class RecordBuffer : public otel_logs::LogRecord {
 public:
  explicit RecordBuffer(const SpanLimits& limits) : limits_(limits) {}

  void SetTimestamp(common::SystemTimestamp time) noexcept override {
    AppendFixedField(&bytes_, kTime, Nanoseconds(time));
  }
  void SetObservedTimestamp(common::SystemTimestamp time) noexcept override {
    AppendFixedField(&bytes_, kObservedTime, Nanoseconds(time));
    observed_ = true;
  }
  void SetSeverity(otel_logs::Severity severity) noexcept override {
    const auto number = static_cast<unsigned>(severity);
    AppendVarintField(&bytes_, kSeverityNumber, number);
    if (number < std::size(otel_logs::SeverityNumToText)) {
      AppendBytesField(&bytes_, kSeverityText, ToStd(otel_logs::SeverityNumToText[number]));
    }
  }
  void SetBody(const common::AttributeValue& body) noexcept override {
    AppendValueField(&bytes_, kBody, body, limits_.value_characters);
  }
  void SetAttribute(nostd::string_view key, const common::AttributeValue& value) noexcept override {
    if (attributes_ == limits_.attributes || bytes_.size() > kSpanBytesMax) {
      ++dropped_;
      return;
    }
    ++attributes_;
    AppendAttribute(&bytes_, kAttributes, ToStd(key), value, limits_.value_characters);
  }
  void SetEventId(std::int64_t, nostd::string_view name) noexcept override {
    if (!name.empty()) AppendTextField(&bytes_, kEventName, ToStd(name));
  }
  void SetTraceId(const trace::TraceId& id) noexcept override {
    AppendBytesField(&bytes_, kTraceId, {reinterpret_cast<const char*>(id.Id().data()), 16});
  }
  void SetSpanId(const trace::SpanId& id) noexcept override {
    AppendBytesField(&bytes_, kSpanId, {reinterpret_cast<const char*>(id.Id().data()), 8});
  }
  void SetTraceFlags(const trace::TraceFlags& flags) noexcept override {
    AppendFixedField(&bytes_, kFlags, std::uint32_t{flags.flags()});
  }

  std::string_view Finish() {
    if (!observed_) SetObservedTimestamp(std::chrono::system_clock::now());
    if (dropped_ > 0) AppendVarintField(&bytes_, kDroppedAttributes, dropped_);
    return bytes_.view();
  }

 private:
  const SpanLimits& limits_;
  ByteBuffer bytes_;
  std::size_t attributes_ = 0;
  std::uint64_t dropped_ = 0;
  bool observed_ = false;
};

// What all loggers of a provider share.
struct Shared {
  SpanLimits limits;
  std::shared_ptr<RecordSink> sink;
};

class RecordLogger : public otel_logs::Logger {
 public:
  RecordLogger(std::shared_ptr<const Shared> shared, std::string name, const Scope* scope)
      : shared_(std::move(shared)), name_(std::move(name)), scope_(scope) {}

  const nostd::string_view GetName() noexcept override { return name_; }

  nostd::unique_ptr<otel_logs::LogRecord> CreateLogRecord() noexcept override {
    return nostd::unique_ptr<otel_logs::LogRecord>(new RecordBuffer(shared_->limits));
  }

  using otel_logs::Logger::EmitLogRecord;
  void EmitLogRecord(nostd::unique_ptr<otel_logs::LogRecord>&& record) noexcept override {
    // Only records of CreateLogRecord come here, as with every implementation of the API.
    auto* const buffer = static_cast<RecordBuffer*>(record.get());
    if (buffer == nullptr) return;
    shared_->sink->Add({scope_, buffer->Finish()});
  }

 private:
  const std::shared_ptr<const Shared> shared_;
  const std::string name_;
  const Scope* const scope_;
};

class Provider : public otel_logs::LoggerProvider {
 public:
  Provider(const SpanLimits& limits, std::shared_ptr<RecordSink> sink)
      : shared_(std::make_shared<Shared>(Shared{limits, std::move(sink)})) {}

  using otel_logs::LoggerProvider::GetLogger;
  nostd::shared_ptr<otel_logs::Logger> GetLogger(nostd::string_view logger, nostd::string_view name,
                                                 nostd::string_view version,
                                                 nostd::string_view schema_url,
                                                 const common::KeyValueIterable&) override {
    const Scope* const scope = InternScope(
        {std::string(name.empty() ? logger : name), std::string(version), std::string(schema_url)});
    return std::shared_ptr<otel_logs::Logger>(
        std::make_shared<RecordLogger>(shared_, std::string(logger), scope));
  }

 private:
  const std::shared_ptr<const Shared> shared_;
};

}  // namespace

std::shared_ptr<otel_logs::LoggerProvider> MakeLoggerProvider(const SpanLimits& limits,
                                                              std::shared_ptr<RecordSink> sink) {
  return std::make_shared<Provider>(limits, std::move(sink));
}

}  // namespace spanhound::sdk
