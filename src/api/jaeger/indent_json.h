// JSON for people to read: four spaces a level, as Jaeger's prettyPrint. Pure function.
#pragma once

#include <string>
#include <string_view>

namespace spanhound::api {

// `json` must be well-formed; white space outside strings is dropped first.
std::string IndentJson(std::string_view json);

}  // namespace spanhound::api
