// LoadTargets that speak as Jaeger's clients do: jaeger-http://host:port (Thrift over HTTP),
// jaeger-grpc://host:port (PostSpans), jaeger-udp://address:port (the agent's compact datagrams)
// and jaeger-udp-binary://address:port. They take OTLP requests like every target and write them
// anew, a message for each service. What is sent by UDP counts as acknowledged once it is sent.
#pragma once

#include <memory>
#include <string_view>

#include "load/load_target.h"

namespace spanhound::load {

// Null when `options.url` is none of these.
Result<std::unique_ptr<LoadTarget>> CreateJaegerTarget(const LoadTargetOptions& options);

}  // namespace spanhound::load
