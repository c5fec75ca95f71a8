#include "store/encoding/value_filter.h"

#include <algorithm>
#include <bit>

#include "base/bytes.h"

namespace spanhound::store {
namespace {

// A seed fails once in thousands of sets; a set that fails this many gets no filter.
constexpr uint32_t kSeedsMax = 100;

size_t SegmentLength(size_t value_count) { return (32 + value_count * 123 / 100 + 2) / 3; }

uint64_t Mix(uint64_t hash, uint32_t seed) {
  hash += uint64_t{seed} * 0x9e3779b97f4a7c15u;
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53u;
  return hash ^ (hash >> 33);
}

uint8_t FingerprintOf(uint64_t mixed) { return static_cast<uint8_t>(mixed ^ (mixed >> 32)); }

// The place of a value in each of the three segments.
struct Places {
  uint32_t at[3];
};
Places PlacesOf(uint64_t mixed, uint32_t length) {
  const auto reduce = [length](uint64_t bits) {
    return static_cast<uint32_t>((uint64_t{static_cast<uint32_t>(bits)} * length) >> 32);
  };
  return {{reduce(mixed), length + reduce(std::rotl(mixed, 21)),
           2 * length + reduce(std::rotl(mixed, 42))}};
}

class FilterBuilder {
 public:
  FilterBuilder(const std::vector<uint64_t>& hashes, uint32_t seed)
      : hashes_(hashes),
        seed_(seed),
        length_(static_cast<uint32_t>(SegmentLength(hashes.size()))),
        slots_(3 * size_t{length_}) {}

  // Takes values off that are alone in one of their places until none is left; false if some
  // cannot be.
  bool Peel() {
    for (uint64_t hash : hashes_) Toggle(Mix(hash, seed_), 1);
    for (uint32_t at = 0; at < slots_.size(); ++at) {
      if (slots_[at].count == 1) alone_.push_back(at);
    }
    while (!alone_.empty()) {
      const uint32_t at = alone_.back();
      alone_.pop_back();
      if (slots_[at].count != 1) continue;
      const uint64_t mixed = slots_[at].xor_of_values;
      order_.push_back({mixed, at});
      Toggle(mixed, -1);
      for (uint32_t place : PlacesOf(mixed, length_).at) {
        if (slots_[place].count == 1) alone_.push_back(place);
      }
    }
    return order_.size() == hashes_.size();
  }

  std::string Fingerprints() const {
    std::string fingerprints(slots_.size(), '\0');
    for (auto value = order_.rbegin(); value != order_.rend(); ++value) {
      uint8_t bits = FingerprintOf(value->mixed);
      for (uint32_t place : PlacesOf(value->mixed, length_).at) {
        if (place != value->at) bits ^= static_cast<uint8_t>(fingerprints[place]);
      }
      fingerprints[value->at] = static_cast<char>(bits);
    }
    return fingerprints;
  }

 private:
  struct Slot {
    uint64_t xor_of_values = 0;
    int32_t count = 0;
  };
  struct Placed {
    uint64_t mixed;
    uint32_t at;
  };

  void Toggle(uint64_t mixed, int32_t change) {
    for (uint32_t place : PlacesOf(mixed, length_).at) {
      slots_[place].xor_of_values ^= mixed;
      slots_[place].count += change;
    }
  }

  const std::vector<uint64_t>& hashes_;
  const uint32_t seed_;
  const uint32_t length_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> alone_;
  std::vector<Placed> order_;
};

}  // namespace

void AppendValueFilter(std::string& out, std::vector<uint64_t> hashes) {
  std::ranges::sort(hashes);
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  for (uint32_t seed = 0; seed < kSeedsMax; ++seed) {
    FilterBuilder builder(hashes, seed);
    if (!builder.Peel()) continue;
    AppendFixed(out, seed);
    AppendFixed(out, static_cast<uint32_t>(SegmentLength(hashes.size())));
    out.append(builder.Fingerprints());
    return;
  }
  AppendFixed(out, uint64_t{0});  // no fingerprints: always "maybe"
}

bool FilterMayHold(std::string_view filter, uint64_t hash) {
  ByteReader in(filter);
  const uint32_t seed = in.ReadFixed<uint32_t>();
  const uint32_t length = in.ReadFixed<uint32_t>();
  const std::string_view fingerprints = in.ReadBytes(in.remaining());
  if (!in.ok() || fingerprints.size() != 3 * uint64_t{length} || length == 0) return true;
  const uint64_t mixed = Mix(hash, seed);
  uint8_t bits = FingerprintOf(mixed);
  for (uint32_t place : PlacesOf(mixed, length).at)
    bits ^= static_cast<uint8_t>(fingerprints[place]);
  return bits == 0;
}

}  // namespace spanhound::store
