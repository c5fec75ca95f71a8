// Interner<Resource> and Interner<Scope>: numbers things by content, in the order they come. The
// pointers a scan hands out are looked up first: rows of one batch mostly share them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/hash_map.h"
#include "query/exec/content_hash.h"

namespace spanhound::query {

template <typename T>
class Interner {
 public:
  // The index of `*thing` in `table`, which is extended if need be. `thing` must stay valid.
  uint32_t Intern(const T* thing, std::vector<T>& table) {
    auto [known, is_new] = by_pointer_.try_emplace(thing, 0);
    if (is_new) known->second = InternContent(*thing, table);
    return known->second;
  }

 private:
  uint32_t InternContent(const T& thing, std::vector<T>& table) {
    std::vector<uint32_t>& rivals = by_hash_[ContentHash(thing)];
    for (uint32_t index : rivals) {
      if (table[index] == thing) return index;
    }
    rivals.push_back(static_cast<uint32_t>(table.size()));
    table.push_back(thing);
    return rivals.back();
  }

  HashMap<const T*, uint32_t> by_pointer_;
  HashMap<uint64_t, std::vector<uint32_t>> by_hash_;
};

}  // namespace spanhound::query
