#include "random_ids.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <random>

#include "fork_hooks.h"

namespace spanhound::sdk {
namespace {

constexpr std::uint64_t kUnseeded = ~0ULL;

// What threads start from: asking the system each time is slow, and some servers make threads all
// the time. Words of one SplitMix64 sequence (Steele, Lea, Flood), which xoshiro's authors
// recommend for seeds; it is drawn from the system in every process anew.
class Seeds {
 public:
  static Seeds& Instance() {
    static Seeds& seeds = *new Seeds();
    return seeds;
  }

  void Fill(std::uint64_t (&state)[4]) {
    const std::lock_guard lock(mutex_);
    if (generation_ != ForkGeneration()) {
      std::random_device device;
      for (std::uint64_t& word : secret_) {
        word = static_cast<std::uint64_t>(device()) << 32 | device();
      }
      generation_ = ForkGeneration();
    }
    for (std::size_t i = 0; i < 4; ++i) {
      secret_[i] += 0x9E3779B97F4A7C15ULL;
      std::uint64_t word = secret_[i];
      word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9ULL;
      word = (word ^ word >> 27) * 0x94D049BB133111EBULL;
      state[i] = word ^ word >> 31;
    }
  }

 private:
  std::mutex mutex_;
  std::uint64_t generation_ = kUnseeded;
  std::uint64_t secret_[4] = {};
  ForkRegistration fork_{{.before = [this] { mutex_.lock(); },
                          .in_parent = [this] { mutex_.unlock(); },
                          .in_child = [this] { mutex_.unlock(); }}};
};

// xoshiro256++ (Blackman, Vigna), for each thread its own.
class Generator {
 public:
  static Generator& OfThisThread() {
    thread_local Generator generator;
    if (generator.generation_ != ForkGeneration()) generator.Seed();
    return generator;
  }

  std::uint64_t Next() {
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
    Seeds::Instance().Fill(state_);
    generation_ = ForkGeneration();
  }

  std::uint64_t generation_ = kUnseeded;
  std::uint64_t state_[4] = {};
};

template <typename Id>
Id RandomId() {
  Generator& generator = Generator::OfThisThread();
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
