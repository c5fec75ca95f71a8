// Attribute keys and values for completion, over head and blocks of one moment: the newest rows
// first, as many as the budget of a listing allows.
#pragma once

#include "base/status.h"
#include "store/listing_budget.h"
#include "store/scan.h"
#include "store/visible_data.h"

namespace spanhound::store {

// `data` is of the tenant and table of the request. INVALID_ARGUMENT for a place the table has not,
// CANCELLED, DATA_LOSS for a damaged file.
Result<Listing<AttributeKeyEntry>> ListAttributeKeys(const AttributeRequest& request,
                                                     DataSnapshot data, ListingBudget budget = {});
Result<Listing<AttributeValueEntry>> ListAttributeValues(const AttributeRequest& request,
                                                         DataSnapshot data,
                                                         ListingBudget budget = {});

}  // namespace spanhound::store
