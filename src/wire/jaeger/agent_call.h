// A datagram to Jaeger's agent: a Thrift call of emitBatch or emitZipkinBatch, in the compact or
// the binary protocol, which its first byte tells apart. Jaeger's ports differ by what is sent to
// them; here each takes all of it. Pure function; INVALID_ARGUMENT names the place.
#pragma once

#include <string>

#include "base/status.h"
#include "model/span_batch.h"
#include "wire/decoded.h"

namespace spanhound::wire {

Result<Decoded<model::SpanBatch>> DecodeAgentCall(std::string bytes, const RequestLimits& limits);

}  // namespace spanhound::wire
