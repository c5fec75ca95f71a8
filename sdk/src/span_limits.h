// What one span may hold, by the specification; the defaults are its own.
#pragma once

#include <cstddef>
#include <limits>

namespace spanhound::sdk {

inline constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

struct SpanLimits {
  std::size_t attributes = 128;
  std::size_t value_characters = kUnlimited;
  std::size_t events = 128;
  std::size_t event_attributes = 128;
  std::size_t links = 128;
  std::size_t link_attributes = 128;
};

}  // namespace spanhound::sdk
