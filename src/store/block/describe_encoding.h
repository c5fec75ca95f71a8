// How a section of a row group stands, in a word or two, from its first bytes: "codes, packed",
// "text, zstd". For `spanhound stat`. Pure functions; reading trusts nothing, and damaged bytes are
// "unknown".
#pragma once

#include <string>
#include <string_view>

#include "store/columns/schema.h"

namespace spanhound::store {

// A section of a stored column of `row_count` rows.
std::string DescribeStored(const StoredColumn& column, std::string_view section, size_t row_count);

// A section of a value column.
std::string DescribeValues(std::string_view section, size_t value_count);

}  // namespace spanhound::store
