// The part of an address below which the query port shows itself, for those who put it behind a
// proxy beside other things: "/jaeger". Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "net/http/http_server.h"

namespace spanhound::server {

// "/jaeger" or "" ("/" is the same): no slash at its end, and letters, digits, - _ . ~ and / alone,
// because it is written into pages. INVALID_ARGUMENT otherwise.
Result<std::string> ParseBasePath(std::string_view text);

// A handler that takes the base path off what is asked for, and knows nothing beside it.
net::HttpHandler BelowBasePath(std::string base_path, net::HttpHandler handler);

// index.html of the UI as it is there: its links, and a note for the program (ui/src/base/).
std::string PageBelow(std::string_view base_path, std::string_view html);

}  // namespace spanhound::server
