// Finished spans on stdout, for a first look and for tests of programs.
#pragma once

#include <opentelemetry/sdk/trace/exporter.h>

#include <memory>

namespace spanhound::sdk {

std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> MakeConsoleExporter();

}  // namespace spanhound::sdk
