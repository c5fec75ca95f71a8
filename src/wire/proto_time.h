// google.protobuf.Timestamp and Duration, both { 1 seconds, 2 nanos }, from and to nanoseconds.
// Pure functions.
#pragma once

#include <cstdint>
#include <limits>

#include "wire/proto_reader.h"
#include "wire/proto_writer.h"

namespace spanhound::wire {

struct ProtoTime {
  int64_t seconds = 0;
  int64_t nanos = 0;

  // What does not fit is cut off, not wrapped: 0 before 1970.
  uint64_t ToNanos() const {
    constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
    constexpr uint64_t kSecond = 1'000'000'000;
    if (seconds < 0 || nanos < 0 || nanos >= static_cast<int64_t>(kSecond)) return 0;
    const uint64_t whole = static_cast<uint64_t>(seconds);
    return whole >= kMax / kSecond ? kMax : whole * kSecond + static_cast<uint64_t>(nanos);
  }
};

// To the end of the message, or to the reader's error.
inline ProtoTime ReadProtoTime(ProtoReader& reader) {
  ProtoTime time;
  while (reader.Next()) {
    if (reader.tag() == VarintTag(1)) time.seconds = static_cast<int64_t>(reader.value());
    if (reader.tag() == VarintTag(2)) time.nanos = static_cast<int64_t>(reader.value());
  }
  return time;
}

inline void WriteProtoTime(ProtoWriter& writer, uint32_t field, uint64_t nanos) {
  writer.Message(field, [&] {
    writer.Varint(1, nanos / 1'000'000'000);
    writer.Varint(2, nanos % 1'000'000'000);
  });
}

}  // namespace spanhound::wire
