// Listing: the answer to "what is there?". Values; the limits that cut one are its maker's.
#pragma once

#include <cstdint>
#include <vector>

namespace spanhound {

template <typename Entry>
struct Listing {
  std::vector<Entry> entries;
  // Entries without the limit that was asked for.
  uint64_t total = 0;
  // False: not everything was looked at or kept. There may be more entries, and more of each.
  bool is_complete = true;
};

}  // namespace spanhound
