// Standard base64 (RFC 4648 section 4). Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace spanhound {

std::string ToBase64(std::string_view bytes);
// Accepts the standard and the URL alphabet, padded or not (proto3 JSON); false on anything else.
bool FromBase64(std::string_view text, std::string* bytes);

}  // namespace spanhound
