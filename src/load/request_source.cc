#include "load/request_source.h"

#include <algorithm>

namespace spanhound::load {

RequestSource::RequestSource(const Workload& workload, uint64_t span_count,
                             uint32_t spans_per_request)
    : workload_(workload),
      span_count_(span_count),
      spans_per_request_(std::max(spans_per_request, 1u)) {
  for (size_t i = 0; i < kLanes; ++i) lanes_[i].next_trace = i;
}

std::optional<RequestSource::Numbered> RequestSource::Next() {
  uint64_t number = next_request_.fetch_add(1, std::memory_order_relaxed);
  uint64_t sent_before = number * spans_per_request_;
  if (sent_before >= span_count_) return std::nullopt;
  size_t span_count = std::min<uint64_t>(spans_per_request_, span_count_ - sent_before);
  Lane& lane = lanes_[number % kLanes];
  std::lock_guard lock(lane.mutex);
  while (lane.queue.span_count() < span_count) {
    workload_.AppendTrace(lane.next_trace, lane.queue);
    lane.next_trace += kLanes;
  }
  return Numbered{number, lane.queue.TakeRequest(span_count, workload_)};
}

uint64_t RequestSource::WholeTraces(const Workload& workload, uint64_t span_count,
                                    uint32_t spans_per_request) {
  uint64_t whole = UINT64_MAX;
  uint64_t request_count = (span_count + spans_per_request - 1) / spans_per_request;
  for (uint64_t lane = 0; lane < kLanes; ++lane) {
    uint64_t lane_requests = (request_count + kLanes - 1 - lane) / kLanes;
    bool has_last = request_count > 0 && (request_count - 1) % kLanes == lane;
    uint64_t spans = lane_requests * spans_per_request;
    if (has_last) spans -= request_count * spans_per_request - span_count;
    uint64_t trace = lane;
    for (uint64_t sent = workload.SpanCount(trace); sent <= spans;) {
      trace += kLanes;
      sent += workload.SpanCount(trace);
    }
    whole = std::min(whole, trace);
  }
  return whole;
}

}  // namespace spanhound::load
