#include "random_ids.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <random>

#include "fork_hooks.h"

namespace spanhound::sdk {
namespace {

// xoshiro256++ (Blackman, Vigna), seeded by the system.
class Generator {
 public:
  std::uint64_t Next() {
    if (generation_ != ForkGeneration()) Seed();
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

 private:
  void Seed() {
    std::random_device device;
    for (std::uint64_t& word : state_) word = static_cast<std::uint64_t>(device()) << 32 | device();
    generation_ = ForkGeneration();
  }

  static constexpr std::uint64_t kUnseeded = ~0ULL;
  std::uint64_t generation_ = kUnseeded;
  std::uint64_t state_[4] = {};
};

template <typename Id>
Id RandomId() {
  thread_local Generator generator;
  std::uint8_t bytes[Id::kSize];
  for (std::size_t i = 0; i < sizeof(bytes); i += 8) {
    std::uint64_t word = 0;
    while (word == 0) word = generator.Next();  // all zeros is no id
    std::memcpy(bytes + i, &word, sizeof(word));
  }
  return Id(bytes);
}

}  // namespace

opentelemetry::trace::TraceId RandomTraceId() { return RandomId<opentelemetry::trace::TraceId>(); }
opentelemetry::trace::SpanId RandomSpanId() { return RandomId<opentelemetry::trace::SpanId>(); }

}  // namespace spanhound::sdk
