// Jaeger's own headers: uber-trace-id, uberctx-<name> for baggage, jaeger-debug-id.
//
// Unlike the packaged one this reads URL-encoded colons, as old HTTP clients send them, keeps the
// debug flag, and carries baggage. Baggage comes in only by carriers that tell their names (Keys).
//
// Threads: any. Failure: none.
#pragma once

#include <opentelemetry/context/propagation/text_map_propagator.h>

#include <memory>

namespace spanhound::sdk {

std::unique_ptr<opentelemetry::context::propagation::TextMapPropagator> MakeJaegerPropagator();

}  // namespace spanhound::sdk
