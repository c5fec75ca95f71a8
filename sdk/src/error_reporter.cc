#include "error_reporter.h"

#include <opentelemetry/sdk/common/global_log_handler.h>

#include <cstdio>

#include "fork_hooks.h"

namespace spanhound::sdk {
namespace {

namespace internal_log = opentelemetry::sdk::common::internal_log;

void WriteToStderr(const std::string& line) { std::fwrite(line.data(), 1, line.size(), stderr); }

class SdkMessages : public internal_log::LogHandler {
 public:
  void Handle(internal_log::LogLevel level, const char*, int, const char* message,
              const opentelemetry::sdk::common::AttributeMap&) noexcept override {
    if (level > internal_log::LogLevel::Warning || message == nullptr) return;
    TelemetryErrors().Report(message);
  }
};

}  // namespace

ErrorReporter::ErrorReporter() : ErrorReporter(Seams{.now = Clock::now, .write = WriteToStderr}) {}

ErrorReporter::ErrorReporter(Seams seams) : seams_(std::move(seams)) {}

void ErrorReporter::Report(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (quiet_) return;
  const Clock::time_point now = seams_.now();
  if (reported_ && now - last_ < kInterval) {
    ++left_out_;
    return;
  }
  std::string line = "spanhound: " + std::string(text);
  if (left_out_ > 0) line += " (" + std::to_string(left_out_) + " earlier messages left out)";
  reported_ = true;
  last_ = now;
  left_out_ = 0;
  seams_.write(line + "\n");
}

void ErrorReporter::ReportOnce(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (!quiet_) seams_.write("spanhound: " + std::string(text) + "\n");
}

void ErrorReporter::SetQuiet(bool quiet) {
  const std::lock_guard lock(mutex_);
  quiet_ = quiet;
}

ErrorReporter& TelemetryErrors() {
  // Never destroyed: export threads may still complain while statics go away.
  static ErrorReporter& reporter = *[] {
    auto* const made = new ErrorReporter();
    static const ForkRegistration fork({.before = [made] { made->Lock(); },
                                        .in_parent = [made] { made->Unlock(); },
                                        .in_child = [made] { made->Unlock(); }});
    internal_log::GlobalLogHandler::SetLogHandler(
        opentelemetry::nostd::shared_ptr<internal_log::LogHandler>(new SdkMessages()));
    return made;
  }();
  return reporter;
}

}  // namespace spanhound::sdk
