// Chooses between the two ways to run a scan over its parts: UnorderedStream and OrderedStream.
#pragma once

#include <memory>
#include <vector>

#include "base/status.h"
#include "store/scan.h"
#include "store/scan/scan_part.h"
#include "store/scan/scan_pool.h"

namespace spanhound::store {

// `parts` are those the request may find rows in. `pool` outlives the stream. INVALID_ARGUMENT for
// a request that makes no sense.
Result<std::unique_ptr<ScanStream>> MakeScanStream(ScanRequest request, std::vector<ScanPart> parts,
                                                   ScanPool& pool);

}  // namespace spanhound::store
