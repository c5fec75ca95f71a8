// How much a long test tries, for runs that are slow (sanitizers) or have the whole night. For
// tests only. Pure functions.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace spanhound::store {

inline uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Tests that damage every byte or fail every call do so to every n-th. Odd, so that the bits and
// seeds that go with the number still take turns.
inline uint64_t EveryNth() { return FromEnvironment("SPANHOUND_EVERY_NTH", 1) | 1; }

}  // namespace spanhound::store
