// Page tokens: the place in an ordered answer where the next page begins, as text that can stand in
// a URL. Opaque to whoever gets one; what comes back is checked, since anybody can make one up. The
// token of one order is none of another. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "store/scan.h"

namespace spanhound::query {

std::string EncodePageToken(store::Order order, const store::Cursor& cursor);
// INVALID_ARGUMENT for what is no token of this order.
Result<store::Cursor> DecodePageToken(store::Order order, std::string_view token);

}  // namespace spanhound::query
