// LatencyRecorder: every latency of a run, for exact percentiles. One thread at a time; the
// senders have one each and merge at the end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace spanhound::load {

class LatencyRecorder {
 public:
  void Add(int64_t nanos) { nanos_.push_back(nanos); }
  void Merge(const LatencyRecorder& other) {
    nanos_.insert(nanos_.end(), other.nanos_.begin(), other.nanos_.end());
  }
  size_t count() const { return nanos_.size(); }

  // The smallest latency that at least `percent` of all do not exceed; 0 without any.
  double PercentileMs(double percent) {
    if (nanos_.empty()) return 0;
    std::sort(nanos_.begin(), nanos_.end());
    double rank = percent / 100 * static_cast<double>(nanos_.size());
    size_t index = static_cast<size_t>(std::max(rank - 1e-9, 0.0));
    return static_cast<double>(nanos_[std::min(index, nanos_.size() - 1)]) / 1e6;
  }

 private:
  std::vector<int64_t> nanos_;
};

}  // namespace spanhound::load
