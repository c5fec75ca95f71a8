// ChunkFilter: which attributes (key and text of the value) the rows of a chunk may have: of the
// rows themselves, their resources, scopes, events and links. "Maybe" or "surely not": a Bloom
// filter whose bits for one pair lie in one word, 16 bits a pair, one answer in about 200 is
// "maybe" in vain. Made from a chunk when a scan first asks for a value, at about twice the cost of
// looking through it. Immutable, any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace spanhound::store {

struct Chunk;

class ChunkFilter {
 public:
  // Null if a column is damaged: whoever reads it will say so.
  static std::unique_ptr<const ChunkFilter> Of(const Chunk& chunk);

  static uint64_t HashOf(std::string_view key, std::string_view text);

  // `hash`: HashOf of a key and model::ToText of a value.
  bool MayHold(uint64_t hash) const {
    const uint64_t bits = BitsOf(hash);
    return (words_[PlaceOf(hash)] & bits) == bits;
  }

 private:
  explicit ChunkFilter(const std::vector<uint64_t>& hashes);

  static uint64_t BitsOf(uint64_t hash) {
    return uint64_t{1} << (hash & 63) | uint64_t{1} << (hash >> 6 & 63) |
           uint64_t{1} << (hash >> 12 & 63) | uint64_t{1} << (hash >> 18 & 63);
  }
  size_t PlaceOf(uint64_t hash) const { return (hash >> 32) * words_.size() >> 32; }

  std::vector<uint64_t> words_;  // at least one
};

}  // namespace spanhound::store
