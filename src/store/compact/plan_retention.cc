#include "store/compact/plan_retention.h"

#include <algorithm>

namespace spanhound::store {
namespace {

class Planner {
 public:
  explicit Planner(std::span<const BlockEntry> blocks) : blocks_(blocks) {
    for (size_t i = 0; i < blocks.size(); ++i) kept_.push_back(i);
    std::ranges::sort(kept_, {}, [blocks](size_t position) {
      return std::pair(blocks[position].newest_unix_nanos(), blocks[position].id);
    });
  }

  void DropOld(const RetentionPolicy& policy, uint64_t now) {
    std::erase_if(kept_, [&](size_t position) {
      const BlockEntry& block = blocks_[position];
      const std::optional<uint64_t> age = policy.AgeNanos(block.tenant);
      const bool is_old = age && block.newest_unix_nanos() < now - std::min(now, *age);
      if (is_old) Drop(position, DropReason::kAge);
      return is_old;
    });
  }

  // Of the blocks that are `of`, until `bytes` fewer are left or one block.
  template <typename Of>
  void DropBytes(uint64_t bytes, DropReason reason, Of of) {
    const auto newest = std::find_if(kept_.rbegin(), kept_.rend(), of);
    if (newest == kept_.rend()) return;
    const size_t last = *newest;
    uint64_t freed = 0;
    std::erase_if(kept_, [&](size_t position) {
      if (freed >= bytes || position == last || !of(position)) return false;
      freed += blocks_[position].file_bytes;
      Drop(position, reason);
      return true;
    });
  }

  template <typename Of>
  uint64_t KeptBytes(Of of) const {
    uint64_t bytes = 0;
    for (size_t position : kept_) {
      if (of(position)) bytes += blocks_[position].file_bytes;
    }
    return bytes;
  }

  uint64_t dropped_bytes() const { return dropped_bytes_; }
  std::vector<BlockDrop> Take() { return std::move(drops_); }

 private:
  void Drop(size_t position, DropReason reason) {
    drops_.push_back({position, reason});
    dropped_bytes_ += blocks_[position].file_bytes;
  }

  const std::span<const BlockEntry> blocks_;
  std::vector<size_t> kept_;  // oldest first
  std::vector<BlockDrop> drops_;
  uint64_t dropped_bytes_ = 0;
};

uint64_t Excess(uint64_t bytes, uint64_t limit) { return bytes - std::min(bytes, limit); }

uint64_t ShareOf(const DiskSpace& space, uint64_t percent) {
  return static_cast<uint64_t>(static_cast<double>(space.used_bytes + space.available_bytes) *
                               static_cast<double>(percent) / 100);
}

}  // namespace

std::vector<BlockDrop> PlanRetention(std::span<const BlockEntry> blocks,
                                     const RetentionPolicy& policy, const DiskUsage& usage,
                                     uint64_t now_unix_nanos) {
  Planner planner(blocks);
  planner.DropOld(policy, now_unix_nanos);
  for (const auto& [tenant, limits] : policy.tenants) {
    const std::string& name = tenant;
    const auto is_own = [&](size_t position) { return blocks[position].tenant == name; };
    if (!limits.bytes) continue;
    const uint64_t excess = Excess(planner.KeptBytes(is_own), *limits.bytes);
    planner.DropBytes(excess, DropReason::kTenantBytes, is_own);
  }
  const auto is_any = [](size_t) { return true; };
  if (policy.store.bytes) {
    const uint64_t bytes = planner.KeptBytes(is_any) + usage.log_bytes;
    planner.DropBytes(Excess(bytes, *policy.store.bytes), DropReason::kBytes, is_any);
  }
  if (policy.store.disk_percent) {
    const uint64_t used = Excess(usage.space.used_bytes, planner.dropped_bytes());
    const uint64_t limit = ShareOf(usage.space, *policy.store.disk_percent);
    planner.DropBytes(Excess(used, limit), DropReason::kDisk, is_any);
  }
  return planner.Take();
}

}  // namespace spanhound::store
