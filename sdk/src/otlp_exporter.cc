#include "otlp_exporter.h"

#include <opentelemetry/exporters/otlp/otlp_log_recordable.h>
#include <opentelemetry/exporters/otlp/otlp_recordable.h>
#include <opentelemetry/exporters/otlp/otlp_recordable_utils.h>
#include <opentelemetry/proto/collector/logs/v1/logs_service.pb.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

#include "batches.h"

namespace spanhound::sdk {
namespace {

namespace otlp = opentelemetry::exporter::otlp;
namespace proto = opentelemetry::proto::collector;
namespace sdk_logs = opentelemetry::sdk::logs;
namespace sdk_trace = opentelemetry::sdk::trace;
using opentelemetry::sdk::common::ExportResult;
using Timeout = std::chrono::microseconds;

std::int64_t Rejected(const proto::trace::v1::ExportTraceServiceResponse& response) {
  return response.partial_success().rejected_spans();
}
std::int64_t Rejected(const proto::logs::v1::ExportLogsServiceResponse& response) {
  return response.partial_success().rejected_log_records();
}

// Both signals: base class, what it records into, and the messages on the wire.
template <typename Base, typename RecordableBase, typename Recordable, typename Request,
          typename Response>
class OtlpExporter : public Base {
 public:
  using Records = opentelemetry::nostd::span<std::unique_ptr<RecordableBase>>;

  OtlpExporter(std::shared_ptr<Delivery> delivery, std::size_t max_batch_size)
      : delivery_(std::move(delivery)), max_batch_size_(max_batch_size) {}

  std::unique_ptr<RecordableBase> MakeRecordable() noexcept override {
    return std::make_unique<Recordable>();
  }

  ExportResult Export(const Records& records) noexcept override {
    return SendInBatches(records, max_batch_size_, [&](const Records& part) { return Send(part); });
  }

  bool ForceFlush(Timeout) noexcept override { return true; }
  bool Shutdown(Timeout) noexcept override { return true; }

 private:
  bool Send(const Records& part) {
    Request request;
    otlp::OtlpRecordableUtils::PopulateRequest(part, &request);
    const auto reply = delivery_->Deliver(request.SerializeAsString(), part.size());
    if (!reply) return false;
    Response response;
    // A reply that does not parse (a proxy's page, say) has nothing to tell: 2xx means accepted.
    if (response.ParseFromString(*reply) && Rejected(response) > 0) {
      delivery_->CountRejected(static_cast<std::uint64_t>(Rejected(response)),
                               response.partial_success().error_message());
    }
    return true;
  }

  std::shared_ptr<Delivery> delivery_;
  const std::size_t max_batch_size_;
};

using SpanExporter = OtlpExporter<sdk_trace::SpanExporter, sdk_trace::Recordable,
                                  otlp::OtlpRecordable, proto::trace::v1::ExportTraceServiceRequest,
                                  proto::trace::v1::ExportTraceServiceResponse>;
using LogExporter = OtlpExporter<sdk_logs::LogRecordExporter, sdk_logs::Recordable,
                                 otlp::OtlpLogRecordable, proto::logs::v1::ExportLogsServiceRequest,
                                 proto::logs::v1::ExportLogsServiceResponse>;

}  // namespace

std::unique_ptr<sdk_trace::SpanExporter> MakeOtlpSpanExporter(std::shared_ptr<Delivery> delivery,
                                                              std::size_t max_batch_size) {
  return std::make_unique<SpanExporter>(std::move(delivery), max_batch_size);
}

std::unique_ptr<sdk_logs::LogRecordExporter> MakeOtlpLogExporter(std::shared_ptr<Delivery> delivery,
                                                                 std::size_t max_batch_size) {
  return std::make_unique<LogExporter>(std::move(delivery), max_batch_size);
}

}  // namespace spanhound::sdk
