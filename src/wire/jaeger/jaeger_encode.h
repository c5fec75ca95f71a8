// Spans as Jaeger's clients send them, for the load generator and the tests. What Jaeger has no
// field for becomes a tag, by the published mapping; nested values become JSON text. Pure
// functions.
#pragma once

#include <string>
#include <vector>

#include "model/span_batch.h"

namespace spanhound::wire {

enum class JaegerEncoding {
  kThriftBatch,  // a Batch in TBinaryProtocol, for POST /api/traces
  kCompactCall,  // a datagram for the agent's port 6831
  kBinaryCall,   // and for 6832
  kPostSpans,    // jaeger.api_v2.PostSpansRequest
};

struct JaegerMessage {
  std::string bytes;
  size_t span_count = 0;
};

// A message of Jaeger's has one process, so that there is one for each resource; more of them where
// one would be longer than `bytes_max`, which only a single large span then is.
std::vector<JaegerMessage> EncodeJaeger(const model::SpanBatch& batch, JaegerEncoding encoding,
                                        size_t bytes_max = SIZE_MAX);

}  // namespace spanhound::wire
