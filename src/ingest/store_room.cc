#include "ingest/store_room.h"

#include <utility>

namespace spanhound::ingest {
namespace {

constexpr int64_t kFullNanos = 100'000'000;  // clients are told to wait ten times as long

}  // namespace

void StoreRoom::NoteFull(const std::string& tenant, std::string why) {
  const int64_t until_nanos = clock_.MonotonicNanos() + kFullNanos;
  std::lock_guard lock(mutex_);
  full_.insert_or_assign(tenant, Full{until_nanos, std::move(why)});
}

std::optional<std::string> StoreRoom::WhyFull(std::string_view tenant) {
  std::lock_guard lock(mutex_);
  if (full_.empty()) return std::nullopt;
  const auto found = full_.find(tenant);
  if (found == full_.end()) return std::nullopt;
  if (clock_.MonotonicNanos() < found->second.until_nanos) return found->second.why;
  full_.erase(found);
  return std::nullopt;
}

}  // namespace spanhound::ingest
