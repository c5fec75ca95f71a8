// How Thrift's formats write ids and times, Jaeger's and Zipkin's alike: ids as 64-bit halves,
// times as signed microseconds. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace spanhound::wire {

// What does not fit is cut off, not wrapped; a time before 1970 is none.
inline uint64_t NanosFromMicros(int64_t micros) {
  if (micros < 0) return 0;
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  const uint64_t unsigned_micros = static_cast<uint64_t>(micros);
  return unsigned_micros > kMax / 1000 ? kMax : unsigned_micros * 1000;
}

template <typename Id>
void PutBigEndian(int64_t value, size_t at, Id* id) {
  for (size_t i = 0; i < 8; ++i) {
    id->bytes[at + i] = static_cast<uint8_t>(static_cast<uint64_t>(value) >> (56 - 8 * i));
  }
}

}  // namespace spanhound::wire
