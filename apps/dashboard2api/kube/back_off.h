// How long to wait before the next attempt: doubling from the first wait to the longest, each
// between half and all of it, so that many clients do not come back at the same moment.
//
// Threads: one.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace dashboard2api::kube {

class BackOff {
 public:
  using Ms = std::chrono::milliseconds;

  BackOff(Ms first, Ms longest, std::uint64_t seed)
      : first_(first), longest_(longest), next_(first), random_(seed) {}

  // At least what the server asked for, which counts up to a minute.
  Ms Next(Ms asked = Ms(0)) {
    constexpr Ms kAskedMax = std::chrono::minutes(1);
    const Ms whole = std::min(next_, longest_);
    next_ = std::min(next_ * 2, longest_);
    std::uniform_int_distribution<std::int64_t> jitter(whole.count() / 2, whole.count());
    return std::max(Ms(jitter(random_)), std::min(asked, kAskedMax));
  }

  // After an attempt that got somewhere.
  void Reset() { next_ = first_; }

 private:
  const Ms first_;
  const Ms longest_;
  Ms next_;
  std::mt19937_64 random_;
};

}  // namespace dashboard2api::kube
