// Text that has to line up in a terminal: how many columns it takes, cut and padded to a width.
// Chinese, Japanese and Korean characters and most emoji take two columns, combining marks none.
// Input must be free of control characters (base/terminal_text.h). Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spanhound::cli {

size_t ColumnCount(std::string_view text);

// At most `columns` wide; what does not fit ends in "…".
std::string CutToColumns(std::string_view text, size_t columns);

// Exactly `columns` wide.
std::string PadRight(std::string_view text, size_t columns);
std::string PadLeft(std::string_view text, size_t columns);

}  // namespace spanhound::cli
