// Reads all of a block and checks every checksum and what must hold between its parts: counts,
// bounds, the order of rows, the trace index, filters, catalog. For `spanhound check` and tests.
// Any thread.
#pragma once

#include "base/status.h"
#include "store/block/block_reader.h"

namespace spanhound::store {

// DATA_LOSS names the file and what is wrong with it.
Status CheckBlock(const BlockReader& block);

}  // namespace spanhound::store
