// Counts rows by the value of a column, part by part on several threads. No row is built: of a
// part only the columns of the filter and of the grouping are read, and rows whose cells share
// their memory (a resource, a text of a dictionary) are counted by its address.
#pragma once

#include <span>
#include <vector>

#include "base/status.h"
#include "store/scan.h"
#include "store/scan/scan_part.h"
#include "store/scan/scan_pool.h"

namespace spanhound::store {

// A part whose rows may stand for several each.
struct CountPart {
  ScanPart part;
  std::vector<uint64_t> weights;  // one a row; empty: every row counts once
};

// `parts` are those the request may find rows in. INVALID_ARGUMENT for a request that makes no
// sense, OUT_OF_RANGE for more groups than CountRequest::groups_max.
Result<std::vector<GroupCount>> CountGroups(const CountRequest& request,
                                            std::span<const CountPart> parts, ScanPool& pool);

// Whether filter and grouping read no other columns than `fields`.
bool ReadsOnly(const CountRequest& request, std::span<const Field> fields);

}  // namespace spanhound::store
