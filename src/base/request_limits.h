// RequestLimits: what one request may cost, from its bytes on the wire to the items in memory. One
// value for all doors: whoever undoes compression and every decoder get the same. Reasons, answers
// and counters: docs/user/limits.md.
#pragma once

#include <algorithm>
#include <cstddef>

namespace spanhound {

struct RequestLimits {
  size_t body_bytes_max = 64u << 20;  // after decompression, OTLP's recommended default
  // Past the first MiB a body may be so many times as long as what came off the wire: telemetry
  // does not reach it, bombs live from it.
  size_t compression_ratio_max = 200;
  // What a decoder may make room for besides the bytes of the request. Honest requests need about
  // as much as they are long; an empty link is 2 bytes on the wire and 64 in memory, and a request
  // of the largest size may not turn into gigabytes.
  size_t memory_bytes_max = 256u << 20;
  // Nesting of arrays and key-value lists: a scalar is at depth 0, an element of an array at 1.
  // Bounds every recursion over values; smaller values only tighten it.
  int value_depth_max = 32;
  size_t items_max = 1'000'000;  // spans or log records, those with broken ids too
  // Of an item, an event, a link, a resource or a scope. What is over is left out and counted, a
  // longer text is cut, as OpenTelemetry's SDKs do it: better most of an item than none.
  size_t attributes_max = 10'000;
  size_t attribute_value_bytes_max = 1u << 20;

  // Bytes in: what an encoding may add to bytes it cannot compress. More on the wire cannot fit
  // after decoding.
  size_t wire_bytes_max() const { return body_bytes_max + body_bytes_max / 1000 + 1024; }
  // Bytes out, after so many on the wire.
  size_t decoded_bytes_max(size_t wire_bytes) const {
    constexpr size_t kFreeBytes = 1 << 20;
    return std::min(body_bytes_max, std::max(kFreeBytes, wire_bytes * compression_ratio_max));
  }
};

}  // namespace spanhound
