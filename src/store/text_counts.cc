#include "store/text_counts.h"

namespace spanhound::store {

void TextCounts::Add(model::ValueType type, std::string_view text, uint64_t count,
                     ListingBudget& budget) {
  if (text.size() > kListingTextBytesMax) {
    budget.is_complete = false;
    return;
  }
  StringMap<uint64_t>& counts = counts_[static_cast<size_t>(type)];
  if (const auto known = counts.find(text); known != counts.end()) {
    known->second += count;
  } else if (budget.TakeEntry(text.size())) {
    counts.emplace(text, count);
  }
}

}  // namespace spanhound::store
