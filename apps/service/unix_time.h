// The time of day, as answers and cached values carry it.
#pragma once

#include <chrono>
#include <cstdint>

namespace service {

inline std::int64_t UnixMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace service
