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

// Encoded Resource messages by number: more than fit in memory, if need be.
class ResourceTable {
 public:
  virtual ~ResourceTable() = default;
  // Stays valid until `scratch` changes.
  virtual std::string_view Resource(uint32_t number, std::string& scratch) const = 0;
};

class SpanQueue {
 public:
  // A span is written in place: append its bytes to what BeginSpan returns, then say what it was.
  std::string& BeginSpan();
  void EndSpan(uint32_t resource, const model::TraceId& trace_id);

  size_t span_count() const { return spans_.size() - taken_spans_; }
  // The oldest `span_count` spans; there must be that many.
  LoadRequest TakeRequest(size_t span_count, const ResourceTable& resources);

 private:
  struct Entry {
    uint32_t resource;
    uint32_t size_bytes;
    size_t offset;  // in bytes_
    model::TraceId trace_id;
  };
  void DropTaken();

  std::vector<Entry> spans_;
  std::string bytes_;  // of all of them, in order
  size_t taken_spans_ = 0;
  size_t begin_ = 0;  // of the span being written
};

}  // namespace spanhound::load
