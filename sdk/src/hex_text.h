// Ids as hexadecimal text. Texts come from the network.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace spanhound::sdk {

// -1 when it is no digit; both cases.
inline int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Fills `out` from the right, zeros before: ids of older systems are shorter than the field. False
// when the text is empty, too long, or no number.
inline bool ReadHex(std::string_view text, std::span<std::uint8_t> out) {
  if (text.empty() || text.size() > 2 * out.size()) return false;
  for (std::uint8_t& byte : out) byte = 0;
  const std::size_t first = 2 * out.size() - text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int digit = HexDigit(text[i]);
    if (digit < 0) return false;
    std::uint8_t& byte = out[(first + i) / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | digit);
  }
  return true;
}

inline bool HasUpperCase(std::string_view text) {
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') return true;
  }
  return false;
}

}  // namespace spanhound::sdk
