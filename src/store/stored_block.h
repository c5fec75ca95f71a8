// A block of the store: what the manifest says of it, and its open file. Value; any thread.
#pragma once

#include "store/block/block_reader.h"
#include "store/manifest/manifest.h"

namespace spanhound::store {

struct StoredBlock {
  BlockEntry entry;
  BlockPtr reader;
};

}  // namespace spanhound::store
