// Which row groups of a block may hold rows that a scan looks for, told by what the block keeps in
// memory or can read at once: services, dictionaries, filters. Pure but for reading them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "store/block/block_reader.h"
#include "store/scan/prune.h"

namespace spanhound::store {

// Takes the groups off that cannot hold any.
Status PruneGroups(const BlockReader& block, const PruneHints& hints,
                   std::vector<uint32_t>* groups);

}  // namespace spanhound::store
