// The version people see. CHANGELOG.md and CMakeLists.txt carry the same number (tools/tidy.py).
#pragma once

#include <string_view>

namespace spanhound::server {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace spanhound::server
