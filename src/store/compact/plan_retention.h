// Which blocks to drop so that the retention policy holds: whole blocks, oldest first. By age, a
// block goes when its newest row is too old. The limits of size leave the newest block alone, so
// that a limit smaller than a block does not mean an empty store. Rows from the future count as of
// when they were written (BlockEntry::newest_unix_nanos), so they neither keep a block for ever
// nor make it go last. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "store/compact/retention_policy.h"
#include "store/manifest/manifest.h"

namespace spanhound::store {

enum class DropReason { kAge, kTenantBytes, kBytes, kDisk };
inline constexpr std::string_view kDropReasonNames[] = {"age", "tenant_bytes", "bytes", "disk"};

struct BlockDrop {
  size_t position;  // in the blocks planned with
  DropReason reason;
};

struct DiskUsage {
  uint64_t log_bytes = 0;  // of the store, besides its blocks
  DiskSpace space;         // of the file system
};

std::vector<BlockDrop> PlanRetention(std::span<const BlockEntry> blocks,
                                     const RetentionPolicy& policy, const DiskUsage& usage,
                                     uint64_t now_unix_nanos);

}  // namespace spanhound::store
