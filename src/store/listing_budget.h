// What one listing (services, operations, attribute keys, attribute values) may cost. Past a limit
// the answer says that it is not complete; spanhound_store_listings_cut_total counts those.
#pragma once

#include <cstddef>
#include <cstdint>

namespace spanhound::store {

// Memory of the entries while they are counted: about 100,000 of them, where a million may be
// stored and several people ask at once.
inline constexpr uint64_t kListingBytesMax = 16u << 20;
// What an entry takes besides its text.
inline constexpr uint64_t kListingEntryBytes = 96;
// Longer keys and values are left out: nobody completes them, and a few would fill the memory.
inline constexpr size_t kListingTextBytesMax = 1024;
// Rows looked at where no list is kept with the data, the newest first: about a second's work.
inline constexpr uint64_t kListingRowsMax = 1'000'000;

// One thread at a time.
struct ListingBudget {
  uint64_t bytes_left = kListingBytesMax;
  uint64_t rows_left = kListingRowsMax;
  bool is_complete = true;

  // False past the limit. Then the listing is not complete, and nothing more is had.
  bool TakeEntry(size_t text_bytes) { return Take(kListingEntryBytes + text_bytes, &bytes_left); }
  bool TakeRows(size_t row_count) { return Take(row_count, &rows_left); }

 private:
  bool Take(uint64_t amount, uint64_t* left) {
    const bool fits = amount <= *left;
    *left = fits ? *left - amount : 0;
    is_complete = is_complete && fits;
    return fits;
  }
};

}  // namespace spanhound::store
