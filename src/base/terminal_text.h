// Makes text from outside safe to print: control characters, DEL, C1 controls and broken UTF-8
// become \xNN, so that a span name can neither move the cursor nor recolour a terminal.
// Pure function.
#pragma once

#include <string>
#include <string_view>

namespace spanhound {

std::string TerminalText(std::string_view text);

}  // namespace spanhound
