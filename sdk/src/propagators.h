// Propagators by the names of OTEL_PROPAGATORS.
#pragma once

#include <opentelemetry/context/propagation/text_map_propagator.h>
#include <opentelemetry/nostd/shared_ptr.h>

#include <string>
#include <vector>

namespace spanhound::sdk {

// `names`: known ones only. All of them write; when a request carries several trace contexts, the
// one named first wins.
opentelemetry::nostd::shared_ptr<opentelemetry::context::propagation::TextMapPropagator>
MakePropagator(const std::vector<std::string>& names);

}  // namespace spanhound::sdk
