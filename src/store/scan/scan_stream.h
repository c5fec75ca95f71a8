// The two ways to run a scan over its parts: in no order, part after part; and in an order, as a
// lazy merge that opens a part only once its best row could be next, so that "the newest 20" reads
// the newest row groups and no others.
#pragma once

#include <memory>
#include <vector>

#include "base/status.h"
#include "store/scan.h"
#include "store/scan/scan_part.h"

namespace spanhound::store {

// `parts` are those the request may find rows in. INVALID_ARGUMENT for a request that makes no
// sense.
Result<std::unique_ptr<ScanStream>> MakeScanStream(ScanRequest request,
                                                   std::vector<ScanPart> parts);

}  // namespace spanhound::store
