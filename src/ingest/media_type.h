// The media type of a Content-Type header: lower case, without parameters. Pure function.
#pragma once

#include <string>
#include <string_view>

namespace spanhound::ingest {

// "Application/JSON; charset=utf-8" -> "application/json".
std::string MediaType(std::string_view content_type);

}  // namespace spanhound::ingest
