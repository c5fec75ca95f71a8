#include "jaeger_exporter.h"

#include <opentelemetry/sdk/trace/span_data.h>

#include "batches.h"
#include "jaeger_batch.h"

namespace spanhound::sdk {
namespace {

namespace sdk_trace = opentelemetry::sdk::trace;

class JaegerExporter : public sdk_trace::SpanExporter {
 public:
  JaegerExporter(std::shared_ptr<Delivery> delivery, std::size_t max_batch_size)
      : delivery_(std::move(delivery)), max_batch_size_(max_batch_size) {}

  std::unique_ptr<sdk_trace::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<sdk_trace::SpanData>();
  }

  opentelemetry::sdk::common::ExportResult Export(const SpanRecords& spans) noexcept override {
    return SendInBatches(spans, max_batch_size_, [&](const SpanRecords& part) {
      return delivery_->Deliver(EncodeJaegerBatch(part), part.size()).has_value();
    });
  }

  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }

 private:
  std::shared_ptr<Delivery> delivery_;
  const std::size_t max_batch_size_;
};

}  // namespace

std::unique_ptr<sdk_trace::SpanExporter> MakeJaegerExporter(std::shared_ptr<Delivery> delivery,
                                                            std::size_t max_batch_size) {
  return std::make_unique<JaegerExporter>(std::move(delivery), max_batch_size);
}

}  // namespace spanhound::sdk
