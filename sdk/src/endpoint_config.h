// Where a signal goes: the OTEL_EXPORTER_* variables and the addresses in SetupOptions.
#pragma once

#include <string>

#include "config.h"
#include "settings_reader.h"

namespace spanhound::sdk {

// kOtlpHttp or kOtlpGrpc, by OTEL_EXPORTER_OTLP_{,<signal>_}PROTOCOL. `signal`: TRACES or LOGS.
Exporter OtlpTransport(SettingsReader& read, const std::string& signal);

// kJaeger (HTTP to a collector) or kJaegerAgent (UDP), by OTEL_EXPORTER_JAEGER_*.
Exporter JaegerTransport(SettingsReader& read);

// Fills endpoint and timeout for the exporter already chosen.
void ResolveEndpoint(SettingsReader& read, const SetupOptions& options, const std::string& signal,
                     SignalConfig* config);

}  // namespace spanhound::sdk
