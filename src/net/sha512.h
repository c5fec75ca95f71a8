// SHA-512 in hexadecimal, and comparison of such digests in constant time. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace spanhound::net {

std::string Sha512Hex(std::string_view bytes);
// The time it takes does not tell where they differ.
bool IsSameText(std::string_view a, std::string_view b);

}  // namespace spanhound::net
