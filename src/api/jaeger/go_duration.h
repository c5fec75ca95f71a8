// Durations as Go writes them ("1h15m", "1.5s", "250us"), which is how Jaeger's clients send them.
// Pure function.
#pragma once

#include <cstdint>
#include <string_view>

namespace spanhound::api {

// False for anything else, negative durations, and what does not fit into 63 bits of nanoseconds.
bool ParseGoDuration(std::string_view text, uint64_t* nanos);

}  // namespace spanhound::api
