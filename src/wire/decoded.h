// What a decoder hands back, and the limits it decodes under. Shared by all formats.
#pragma once

#include <cstdint>
#include <string>

#include "model/attribute.h"

namespace spanhound::wire {

// A batch and what had to be left out of it: single items that break the protocol (an id of the
// wrong length, say) are rejected one by one, so that the rest of the request is not lost.
// A request that cannot be parsed at all is an error (INVALID_ARGUMENT), not a Decoded.
template <typename Batch>
struct Decoded {
  Batch batch;
  uint64_t rejected_count = 0;
  std::string rejected_message;  // why, for the first one; empty if none
};

// Reasons: docs/user/limits.md. Lengths are checked before anything is allocated for them.
struct DecodeLimits {
  int value_depth_max = model::kValueDepthMax;  // nesting of arrays and key-value lists
};

}  // namespace spanhound::wire
