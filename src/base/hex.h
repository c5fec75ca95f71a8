// Lower-case hexadecimal, both ways. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace spanhound {

std::string ToHex(std::string_view bytes);
void AppendHex(std::string& out, std::string_view bytes);
// Decodes exactly 2 * `bytes_size` digits of either case into `bytes`; false on anything else.
bool FromHex(std::string_view digits, void* bytes, size_t bytes_size);

}  // namespace spanhound
