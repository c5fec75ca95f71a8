// The one call that makes a program of this directory traced.
#pragma once

#include <string>
#include <string_view>

#include "spanhound/setup.h"

namespace service {

// Spans go to Jaeger's collector port by Thrift over HTTP and log records to the OTLP port, unless
// OTEL_TRACES_EXPORTER or OTEL_LOGS_EXPORTER say otherwise. `log_file` may be empty.
spanhound::sdk::Guard StartTelemetry(std::string_view service_name,
                                     std::string_view service_version, const std::string& log_file);

// Delivers what is queued, within what is left of the 5 s a service may take to stop. What was lost
// is told on stderr; it is no reason to fail.
void StopTelemetry(spanhound::sdk::Guard& telemetry);

}  // namespace service
