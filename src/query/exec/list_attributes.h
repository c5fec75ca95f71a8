// Attribute keys and values for completion.
#pragma once

#include "base/status.h"
#include "query/exec/reading.h"
#include "query/query.h"

namespace spanhound::query {

Result<Listing<AttributeKey>> ListAttributeKeys(const Reading& reading,
                                                const AttributeKeySearch& search);
Result<Listing<AttributeValueCount>> ListAttributeValues(const Reading& reading,
                                                         const AttributeValueSearch& search);

}  // namespace spanhound::query
