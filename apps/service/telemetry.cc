#include "service/telemetry.h"

#include <chrono>
#include <cstdlib>
#include <iostream>

namespace service {
namespace {

namespace sdk = spanhound::sdk;

constexpr auto kStopDeadline = std::chrono::milliseconds(1500);

bool IsUnset(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr || *value == '\0';
}

}  // namespace

sdk::Guard StartTelemetry(std::string_view service_name, std::string_view service_version,
                          const std::string& log_file) {
  sdk::SetupOptions options;
  if (IsUnset("OTEL_TRACES_EXPORTER")) options.traces = sdk::Exporter::kJaeger;
  if (IsUnset("OTEL_LOGS_EXPORTER")) options.logs = sdk::Exporter::kOtlpHttp;
  options.resource = {{"environment", "dev"}, {"ID", "1"}};
  options.log.file = log_file;
  return sdk::Setup(service_name, service_version, std::move(options));
}

void StopTelemetry(sdk::Guard& telemetry) {
  const sdk::Status status = telemetry.Shutdown(kStopDeadline);
  if (!status.ok()) std::cerr << "telemetry: " << status.message() << std::endl;
}

}  // namespace service
