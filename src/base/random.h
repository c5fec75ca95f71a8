// The randomness seam. One real implementation and seeded ones. One thread at a time.
#pragma once

#include <cstdint>

namespace spanhound {

class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t Next() = 0;

  // 0 <= value < bound, without modulo bias worth mentioning (bound far below 2^64).
  uint64_t Below(uint64_t bound) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(Next()) * bound) >> 64);
  }
  // 0 <= value < 1.
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
};

// splitmix64: the same seed gives the same numbers on every machine.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  uint64_t Next() override {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
};

}  // namespace spanhound
