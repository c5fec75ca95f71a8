// ZipkinSpans: spans of Zipkin's model, whichever encoding they came in, translated to the
// OpenTelemetry model by the published rules (docs/user/zipkin.md has the table): the local service
// becomes the resource, addresses become attributes, annotations events, the tag "error" the
// status. Decoders fill a ZipkinSpan each and add it; what they make room for is asked for here as
// well. Internal to wire. One thread; after !ok() nothing of the batch may be used, see status().
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/hash_map.h"
#include "base/status.h"
#include "model/span_batch.h"
#include "wire/decode_memory.h"
#include "wire/decoded.h"

namespace spanhound::wire {

struct ZipkinEndpoint {
  std::string_view service_name;
  std::string_view ip;  // as text
  uint16_t port = 0;    // 0: unknown
};

// All views outlive the batch or are in its memory.
struct ZipkinSpan {
  model::TraceId trace_id;
  model::SpanId id;
  model::SpanId parent_id;
  model::SpanKind kind = model::SpanKind::kUnspecified;
  bool is_debug = false;
  uint64_t start_unix_nanos = 0;  // 0: unknown
  uint64_t duration_nanos = 0;
  std::string_view name;
  ZipkinEndpoint local;
  ZipkinEndpoint remote;
  std::span<const model::SpanEvent> annotations;
  std::span<model::Attribute> tags;  // rewritten in place
};

class ZipkinSpans {
 public:
  ZipkinSpans(const RequestLimits& limits, Decoded<model::SpanBatch>* decoded)
      : memory_(decoded->batch.memory.arena(), limits), decoded_(*decoded) {}

  // A span with a zero id is counted as rejected. The order of calls is the order of the request.
  void Add(ZipkinSpan span);
  // A span that cannot even be read as far as its ids.
  void Reject(std::string_view why);
  // How many of the request were added or rejected.
  uint64_t count() const { return count_; }

  // Room for `count` default-made values; empty, and !ok(), past the limit of the request.
  template <typename T>
  std::span<T> NewArray(size_t count) {
    std::span<T> values;
    if (!memory_.NewArray(count, &values)) ok_ = false;
    return values;
  }
  std::string_view Copy(std::string_view text);
  // Network byte order, 4 or 16 bytes; "" for anything else and for 0.0.0.0, which is what those
  // who do not know their address send.
  std::string_view IpText(std::string_view address);

  bool ok() const { return ok_; }
  Status status() const;

 private:
  void CountItem();
  std::span<const model::Attribute> Attributes(const ZipkinSpan& span,
                                               std::span<const model::Attribute> tags);
  uint32_t ResourceIndex(std::string_view service_name);
  uint32_t ScopeIndex(std::string_view name, std::string_view version);

  DecodeMemory memory_;
  Decoded<model::SpanBatch>& decoded_;
  HashMap<std::string_view, uint32_t, StringHash> resource_indexes_;
  HashMap<std::pair<std::string_view, std::string_view>, uint32_t> scope_indexes_;
  uint64_t count_ = 0;
  bool ok_ = true;
  std::string last_address_;  // most spans of a request have the same
  std::string_view last_ip_;
};

}  // namespace spanhound::wire
