#include "logger_registry.h"

#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <mutex>
#include <vector>

#include "environment.h"
#include "host.h"
#include "spanhound/log.h"

namespace spanhound::sdk {
namespace {

std::atomic<LineLogger*> current{nullptr};

// What serves until there is a Setup.
LineLogger& FirstLogger() {
  static LineLogger& first = *[] {
    const Environment environment = ProcessEnvironment();
    const LogOrigin origin{environment("OTEL_SERVICE_NAME").value_or(""), HostIp(environment),
                           environment("POD_IP").value_or("")};
    return new LineLogger(origin, LogFormat::kJson,
                          {std::make_shared<spdlog::sinks::stdout_sink_mt>()}, false);
  }();
  return first;
}

}  // namespace

void InstallLogger(std::shared_ptr<LineLogger> logger) {
  static std::mutex mutex;
  static auto& installed = *new std::vector<std::shared_ptr<LineLogger>>();
  const std::lock_guard lock(mutex);
  current.store(logger.get(), std::memory_order_release);
  installed.push_back(std::move(logger));
}

LineLogger& CurrentLogger() {
  LineLogger* const logger = current.load(std::memory_order_acquire);
  return logger != nullptr ? *logger : FirstLogger();
}

spdlog::logger& Log() { return CurrentLogger(); }

}  // namespace spanhound::sdk
