#include "export_pipeline.h"

#include <algorithm>
#include <span>
#include <utility>

#include "batcher.h"
#include "delivery.h"
#include "error_reporter.h"
#include "jaeger_batch.h"
#include "otlp_json.h"
#include "otlp_request.h"
#include "transport.h"

namespace spanhound::sdk {
namespace {

using Records = std::span<const EncodedRecord>;

constexpr char kTraceMethod[] = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
constexpr char kLogsMethod[] = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

std::string NameOf(Signal signal) { return signal == Signal::kSpans ? "spans" : "log records"; }

std::unique_ptr<Transport> MakeTransport(const SignalConfig& config, Signal signal) {
  switch (config.exporter) {
    case Exporter::kOtlpGrpc:
      return MakeGrpcTransport(config.endpoint,
                               signal == Signal::kSpans ? kTraceMethod : kLogsMethod);
    case Exporter::kJaeger: return MakeHttpTransport(config.endpoint, "application/x-thrift");
    case Exporter::kJaegerAgent: return MakeUdpTransport(config.endpoint);
    case Exporter::kOtlpHttpJson: return MakeHttpTransport(config.endpoint, "application/json");
    default: return MakeHttpTransport(config.endpoint, "application/x-protobuf");
  }
}

}  // namespace

struct ExportPipeline::Machinery {
  Machinery(Signal signal, const SignalConfig& config, const Resource& about)
      : resource(about),
        encoded_resource(EncodeResource(about)),
        delivery({.signal = NameOf(signal),
                  .timeout = config.timeout,
                  .gzip = config.endpoint.gzip,
                  .stop = &stop,
                  .errors = &TelemetryErrors()},
                 MakeTransport(config, signal)),
        batcher({.queue_records_max = config.batch.max_queue_size,
                 .batch_records_max = config.batch.max_export_batch_size,
                 .delay = config.batch.schedule_delay,
                 .export_batch = [this, signal, to = config.exporter](
                                     Records records) { Export(signal, to, records); },
                 .tell_drops = [this, signal, max = config.batch.max_queue_size](
                                   auto dropped) { TellDrops(signal, max, dropped); }}) {}

  void Export(Signal signal, Exporter to, Records records) {
    switch (to) {
      case Exporter::kJaeger:
        delivery.Deliver(EncodeJaegerBatch(resource, records), records.size());
        break;
      case Exporter::kJaegerAgent: ExportToAgent(records); break;
      case Exporter::kOtlpHttpJson: ExportJson(signal, records); break;
      default: ExportOtlp(records);
    }
  }

  void ExportOtlp(Records records) {
    ByteBuffer request;
    EncodeOtlpRequest(encoded_resource, records, &request);
    const auto reply = delivery.Deliver(request.view(), records.size());
    if (reply) TellPartialSuccess(ParseOtlpReply(*reply), records);
  }

  void ExportJson(Signal signal, Records records) {
    ByteBuffer request;
    EncodeOtlpRequest(encoded_resource, records, &request);
    const auto reply = delivery.Deliver(
        signal == Signal::kSpans ? SpansToJson(request.view()) : LogRecordsToJson(request.view()),
        records.size());
    if (reply) TellPartialSuccess(ParseJsonReply(*reply), records);
  }

  void TellPartialSuccess(const PartialSuccess& partial, Records records) {
    if (partial.rejected > 0) {
      delivery.CountRejected(std::min<std::uint64_t>(partial.rejected, records.size()),
                             partial.message);
    } else if (!partial.message.empty()) {
      TelemetryErrors().Report("the backend warns: " + partial.message);
    }
  }

  void ExportToAgent(Records records) {
    std::uint64_t too_large = 0;
    for (const AgentPacket& packet : EncodeAgentPackets(resource, records, &too_large)) {
      delivery.Deliver(packet.bytes, packet.spans);
    }
    if (too_large > 0) delivery.CountRejected(too_large, "larger than a datagram");
  }

  static void TellDrops(Signal signal, std::size_t max, std::uint64_t dropped) {
    TelemetryErrors().Report(std::to_string(dropped) + " " + NameOf(signal) +
                             " dropped: the queue of " + std::to_string(max) + " was full");
  }

  const Resource resource;
  const std::string encoded_resource;
  StopSignal stop;
  Delivery delivery;
  Batcher batcher;  // last: its thread uses the others
};

ExportPipeline::ExportPipeline(Signal signal, SignalConfig config, Resource resource)
    : signal_(signal),
      config_(std::move(config)),
      resource_(std::move(resource)),
      fork_({.before = [this] { making_.lock(); },
             .in_parent = [this] { making_.unlock(); },
             .in_child =
                 [this] {
                   machinery_ = nullptr;  // left behind: its locks and threads are the parent's
                   making_.unlock();
                 }}) {}

ExportPipeline::~ExportPipeline() { delete machinery_.load(); }

ExportPipeline::Machinery* ExportPipeline::MakeMachinery() noexcept {
  const std::lock_guard lock(making_);
  if (machinery_.load() == nullptr && !stopped_) {
    SetProcessIdentity(&resource_);
    machinery_ = new Machinery(signal_, config_, resource_);
  }
  return machinery_.load();
}

void ExportPipeline::Add(const EncodedRecord& record) noexcept {
  Machinery* machinery = machinery_.load(std::memory_order_acquire);
  if (machinery == nullptr) machinery = MakeMachinery();
  if (machinery != nullptr) machinery->batcher.Add(record);
}

bool ExportPipeline::Flush(std::uint64_t microseconds) noexcept {
  Machinery* const machinery = machinery_.load();
  if (machinery == nullptr) return true;
  const auto time = std::chrono::microseconds(
      std::min<std::uint64_t>(microseconds, std::chrono::microseconds::max().count() / 2000));
  return machinery->batcher.Flush(time);
}

void ExportPipeline::StopBy(StopSignal::Clock::time_point latest) {
  stopped_ = true;
  Machinery* const machinery = machinery_.load();
  if (machinery == nullptr) return;
  machinery->stop.StopBy(latest);
  machinery->batcher.Stop();
}

ExportCounts ExportPipeline::counts() const {
  const Machinery* const machinery = machinery_.load();
  if (machinery == nullptr) return {};
  return {.delivered = machinery->delivery.delivered(),
          .lost = machinery->delivery.lost(),
          .dropped = machinery->batcher.dropped()};
}

std::vector<std::string> ExportPipeline::Losses() const {
  std::vector<std::string> losses;
  const Machinery* const machinery = machinery_.load();
  if (machinery == nullptr) return losses;
  if (auto lost = machinery->delivery.Losses()) losses.push_back(std::move(*lost));
  if (const std::uint64_t dropped = machinery->batcher.dropped(); dropped > 0) {
    losses.push_back(std::to_string(dropped) + " " + NameOf(signal_) +
                     " dropped: the queue was full");
  }
  return losses;
}

}  // namespace spanhound::sdk
