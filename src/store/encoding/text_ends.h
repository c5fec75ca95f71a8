// The first and the last bytes of a text, as numbers: most attribute values are so short that these
// are all of it, and comparing them reads nothing elsewhere. Pure values.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/keyed_hash.h"

namespace spanhound::store {

// They overlap in a text shorter than both.
struct TextEnds {
  uint64_t first = 0;
  uint64_t last = 0;
  bool operator==(const TextEnds&) const = default;
};

// Texts of one size, up to this one, are equal if their ends are.
inline constexpr size_t kTextOfEndsBytesMax = 2 * sizeof(uint64_t);

// Words of a known size: bytes copied one by one are slow to read back as a word.
template <typename Word>
TextEnds EndsAs(std::string_view text) {
  Word first;
  Word last;
  std::memcpy(&first, text.data(), sizeof(Word));
  std::memcpy(&last, text.data() + text.size() - sizeof(Word), sizeof(Word));
  return {first, last};
}

inline TextEnds EndsOf(std::string_view text) {
  if (text.size() >= sizeof(uint64_t)) return EndsAs<uint64_t>(text);
  if (text.size() >= sizeof(uint32_t)) return EndsAs<uint32_t>(text);
  if (text.size() >= sizeof(uint16_t)) return EndsAs<uint16_t>(text);
  return text.empty() ? TextEnds() : EndsAs<uint8_t>(text);
}

// Of a text with these ends.
inline uint64_t HashOf(std::string_view text, const TextEnds& ends) {
  if (text.size() > kTextOfEndsBytesMax) return KeyedHash64(text);
  const unsigned __int128 product =
      static_cast<unsigned __int128>(ends.first ^ kHashKey ^ text.size()) *
      (ends.last ^ std::rotl(kHashKey, 32) ^ 0x9e3779b97f4a7c15u);
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace spanhound::store
