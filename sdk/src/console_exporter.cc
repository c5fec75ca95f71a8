#include "console_exporter.h"

#include <opentelemetry/exporters/ostream/span_exporter.h>

#include <cstdio>
#include <sstream>

namespace spanhound::sdk {
namespace {

namespace sdk_trace = opentelemetry::sdk::trace;
using Timeout = std::chrono::microseconds;

// The packaged text, but each export in one write, so that log lines do not fall into its middle.
class ConsoleExporter : public sdk_trace::SpanExporter {
 public:
  std::unique_ptr<sdk_trace::Recordable> MakeRecordable() noexcept override {
    return packaged_.MakeRecordable();
  }

  opentelemetry::sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<std::unique_ptr<sdk_trace::Recordable>>& spans) noexcept
      override {
    const auto result = packaged_.Export(spans);
    const std::string text = text_.str();
    text_.str({});
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    return result;
  }

  bool ForceFlush(Timeout) noexcept override { return true; }
  bool Shutdown(Timeout timeout) noexcept override { return packaged_.Shutdown(timeout); }

 private:
  std::ostringstream text_;
  opentelemetry::exporter::trace::OStreamSpanExporter packaged_{text_};
};

}  // namespace

std::unique_ptr<sdk_trace::SpanExporter> MakeConsoleExporter() {
  return std::make_unique<ConsoleExporter>();
}

}  // namespace spanhound::sdk
