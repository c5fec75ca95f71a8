// What a decoder hands back. Shared by all formats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/request_limits.h"
#include "model/attribute.h"

namespace spanhound::wire {

// A batch and what had to be left out of it: single items that break the protocol (an id of the
// wrong length, say) are rejected one by one, so that the rest of the request is not lost.
// A request that cannot be parsed at all is an error (INVALID_ARGUMENT), one that breaks a limit
// on memory or items is RESOURCE_EXHAUSTED; neither is a Decoded.
template <typename Batch>
struct Decoded {
  Batch batch;
  uint64_t rejected_count = 0;
  std::string rejected_message;  // why, for the first one; empty if none
};

static_assert(RequestLimits{}.value_depth_max == model::kValueDepthMax);

}  // namespace spanhound::wire
