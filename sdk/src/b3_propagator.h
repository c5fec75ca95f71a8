// Zipkin's B3 headers: `b3`, or X-B3-TraceId and its kin. Both forms are read, single before
// multiple; the one asked for is written.
//
// Unlike the packaged ones these honour a refusal ("b3: 0"), the debug flag, "true" and "false",
// and ids without a decision, for which this service's sampler decides.
//
// Threads: any. Failure: none.
#pragma once

#include <opentelemetry/context/propagation/text_map_propagator.h>

#include <cstdint>
#include <memory>

namespace spanhound::sdk {

enum class B3Form : std::uint8_t { kSingle, kMulti };

std::unique_ptr<opentelemetry::context::propagation::TextMapPropagator> MakeB3Propagator(
    B3Form form);

}  // namespace spanhound::sdk
