// SpanQueue: encoded spans on their way into requests of a fixed size, grouped by resource there
// as an exporter or collector would. A trace may be cut by the end of a request. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/ids.h"

namespace spanhound::load {

struct LoadRequest {
  std::string body;  // ExportTraceServiceRequest
  uint32_t span_count = 0;
  std::vector<model::TraceId> trace_ids;  // of its spans, each once
};

class SpanQueue {
 public:
  // `resource`: index into the encoded resources given to TakeRequest.
  void Add(uint32_t resource, const model::TraceId& trace_id, std::string_view span);
  size_t span_count() const { return spans_.size(); }
  // The oldest `span_count` spans; there must be that many. `resources` are Resource messages.
  LoadRequest TakeRequest(size_t span_count, const std::vector<std::string>& resources);

 private:
  struct Entry {
    uint32_t resource;
    uint32_t size_bytes;
    model::TraceId trace_id;
  };
  std::vector<Entry> spans_;
  std::string bytes_;  // of all of them, in order
};

}  // namespace spanhound::load
