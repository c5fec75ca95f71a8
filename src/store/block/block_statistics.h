// Where the bytes of a block file go, column by column: for `spanhound stat`. Sizes come from
// footer and directories; how columns stand, from a few row groups. Every byte of the file is
// counted once. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "store/block/block_reader.h"
#include "store/directory_statistics.h"

namespace spanhound::store {

// Adds a block to what is known of its table: rows, columns, parts.
Status AddBlockStatistics(const BlockReader& block, TableStatistics* table);

// Traces of the block; one that lies in two row groups counts twice.
uint64_t TraceCountOf(const BlockFooter& footer);

}  // namespace spanhound::store
