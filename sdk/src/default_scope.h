// The scope name of spans whose starter gave none: the service's name.
//
// Threads: any. The view stays valid until the program ends.
#pragma once

#include <string_view>

namespace spanhound::sdk {

std::string_view DefaultScopeName();
void SetDefaultScopeName(std::string_view name);

}  // namespace spanhound::sdk
