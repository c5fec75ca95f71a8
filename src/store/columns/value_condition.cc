#include "store/columns/value_condition.h"

namespace spanhound::store {

std::shared_ptr<ValueCondition::Entries> ValueCondition::EntriesOf(
    const std::shared_ptr<const void>& source, uint32_t column, size_t count) const {
  std::lock_guard lock(mutex_);
  const auto found = known_.find({source.get(), column});
  if (found != known_.end()) return found->second.entries;
  auto entries = std::make_shared<Entries>(count);
  if (count > answers_kept_max_ - answers_kept_) return entries;
  answers_kept_ += count;
  known_.emplace(std::pair(source.get(), column), Known{source, entries});
  return entries;
}

uint64_t ValueCondition::memory_bytes() const {
  std::lock_guard lock(mutex_);
  return answers_kept_ + known_.size() * sizeof(Known);
}

}  // namespace spanhound::store
