// TextCounts: how often each text occurs, by the type of the value it stands for, within a budget.
// Texts known when the budget runs out are still counted. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash_map.h"
#include "model/attribute.h"
#include "store/listing_budget.h"

namespace spanhound::store {

class TextCounts {
 public:
  void Add(model::ValueType type, std::string_view text, uint64_t count, ListingBudget& budget);

  // take(type, text, count) for every entry, in no order.
  template <typename Take>
  void ForEach(Take take) const {
    for (size_t type = 0; type < counts_.size(); ++type) {
      for (const auto& [text, count] : counts_[type]) {
        take(static_cast<model::ValueType>(type), text, count);
      }
    }
  }

 private:
  static constexpr size_t kTypeCount = static_cast<size_t>(model::ValueType::kKeyValueList) + 1;
  std::array<StringMap<uint64_t>, kTypeCount> counts_;
};

}  // namespace spanhound::store
