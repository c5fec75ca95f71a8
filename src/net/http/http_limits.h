// The bounds of one HTTP server: of a connection and of all together; those of a request are
// RequestLimits. A value; docs/user/limits.md says what each is answered with and counted as.
#pragma once

#include <cstddef>
#include <cstdint>

namespace spanhound::net {

struct HttpLimits {
  size_t header_bytes_max = 64u << 10;
  size_t in_flight_bytes_max = 128u << 20;  // bodies not answered yet; past it 503
  // Answers that are not sent yet. A query's may take most of its memory (QueryLimits), and what
  // clients do not read must not add up; past it 503.
  size_t unread_bytes_max = 512u << 20;
  size_t connections_max = 2048;
  // What is ready to run waits for a thread; when it waits longer, new requests are told to come
  // back (503) before their bodies are read. Exporters give up after ten seconds.
  uint32_t queue_delay_max_ms = 2000;
  // A request with a body that is told to come back is told so much later: its client asks for
  // nothing meanwhile. Exporters wait 5 or 10 seconds.
  uint32_t refusal_hold_ms = 3000;
  uint32_t header_timeout_ms = 10'000;  // slow senders of headers
  uint32_t idle_timeout_ms = 75'000;    // between requests; longer than exporters' intervals
  uint32_t body_timeout_ms = 30'000;    // and a second more for every 64 KiB
};

}  // namespace spanhound::net
