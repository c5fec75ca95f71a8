// The page a browser gets: the list of namespaces.
#pragma once

#include <string_view>

namespace dashboard2ui {

std::string_view Page();

// What the page may do: run its own script and talk to its own server.
std::string_view PageSecurityPolicy();

}  // namespace dashboard2ui
