// Percent-encoding of URLs (RFC 3986) and form queries. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spanhound::net {

// For query strings and path segments: everything but the unreserved characters is escaped.
std::string PercentEncode(std::string_view text);

// False when a '%' is not followed by two digits. '+' stays '+'.
bool PercentDecode(std::string_view text, std::string* decoded);

// "a=1&b=x+y" -> {{"a","1"},{"b","x y"}}. Names and values that do not decode are kept as sent: a
// stray '%' in a search box is text, not an attack.
std::vector<std::pair<std::string, std::string>> ParseQuery(std::string_view query);

}  // namespace spanhound::net
