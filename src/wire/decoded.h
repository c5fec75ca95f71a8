// What a decoder hands back, and the limits it decodes under. Shared by all formats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "model/attribute.h"

namespace spanhound::wire {

// A batch and what had to be left out of it: single items that break the protocol (an id of the
// wrong length, say) are rejected one by one, so that the rest of the request is not lost.
// A request that cannot be parsed at all is an error (INVALID_ARGUMENT), one that breaks a limit
// on memory is RESOURCE_EXHAUSTED; neither is a Decoded.
template <typename Batch>
struct Decoded {
  Batch batch;
  uint64_t rejected_count = 0;
  std::string rejected_message;  // why, for the first one; empty if none
};

// Reasons: docs/user/limits.md. Lengths are checked before anything is allocated for them.
struct DecodeLimits {
  // Nesting of arrays and key-value lists: a scalar is at depth 0, an element of an array at 1.
  int value_depth_max = model::kValueDepthMax;
  // What the batch may take besides the bytes of the request. Honest requests need about as much
  // as they are long; an empty link is 2 bytes on the wire and 64 in memory, and a request of the
  // largest size may not turn into gigabytes.
  size_t memory_bytes_max = 256u << 20;
};

}  // namespace spanhound::wire
