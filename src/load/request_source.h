// RequestSource: the requests of a run, handed to whichever sender asks. The traces are dealt to
// a fixed number of lanes, so that senders rarely wait for each other and the set of spans sent
// does not depend on how many there are. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "load/workload.h"

namespace spanhound::load {

class RequestSource {
 public:
  RequestSource(const Workload& workload, uint64_t span_count, uint32_t spans_per_request);

  struct Numbered {
    uint64_t number = 0;  // 0, 1, ... in the order handed out
    LoadRequest request;
  };
  // Nothing once all spans were handed out. The last request may be shorter.
  std::optional<Numbered> Next();

  // Every trace below this number is in the requests of such a run, whole.
  static uint64_t WholeTraces(const Workload& workload, uint64_t span_count,
                              uint32_t spans_per_request);

 private:
  // A prime, so that traces that come at regular numbers are spread over all lanes.
  static constexpr size_t kLanes = 17;
  struct Lane {
    std::mutex mutex;
    SpanQueue queue;          // guarded by mutex
    uint64_t next_trace = 0;  // guarded by mutex
  };

  const Workload& workload_;
  const uint64_t span_count_;
  const uint32_t spans_per_request_;
  std::atomic<uint64_t> next_request_{0};
  std::array<Lane, kLanes> lanes_;
};

}  // namespace spanhound::load
