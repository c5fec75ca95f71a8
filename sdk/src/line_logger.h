// A spdlog logger that writes JSON or text lines with the ids of the caller's span, and hands the
// same records to an opentelemetry logger.
//
// Lines are rendered where the call is made: with an asynchronous logger the formatting thread has
// no current span. Only the finished line travels to it.
//
// In a child made by fork() an asynchronous logger writes lines at once: the thread is the
// parent's.
//
// Threads: as every spdlog "_mt" logger. Failure: none; a sink that fails is spdlog's to report.
#pragma once

#include <opentelemetry/logs/logger.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <spdlog/logger.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "fork_hooks.h"
#include "log_line.h"
#include "spanhound/log_adapter.h"

namespace spdlog::details {
class thread_pool;
}

namespace spanhound::sdk {

class LineLogger : public spdlog::logger {
 public:
  using OtelLogger = opentelemetry::nostd::shared_ptr<opentelemetry::logs::Logger>;

  LineLogger(LogOrigin origin, LogFormat format, std::vector<spdlog::sink_ptr> sinks, bool async);
  ~LineLogger() override;

  // Before the logger is in use.
  void SetExport(OtelLogger otel) {
    otel_ = std::move(otel);
    exporting_ = otel_ != nullptr;
  }

  // What it writes and exports, also for loggers that are not spdlog (log_adapter.h).
  std::string Render(const LogRecord& record, const LogIds& ids) const;
  void Export(const LogRecord& record, const LogIds& ids);

  // Nothing goes to the opentelemetry logger from now on; lines queued are written before it
  // returns, later ones by their caller.
  void Stop();

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override;

 private:
  const LogOrigin origin_;
  const LogFormat format_;
  OtelLogger otel_;
  std::atomic<bool> exporting_{false};
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  spdlog::logger direct_;                   // over the same sinks
  std::shared_ptr<spdlog::logger> queued_;  // null unless asynchronous
  std::atomic<bool> queueing_{false};
  ForkRegistration fork_;
};

}  // namespace spanhound::sdk
