// Ids as hexadecimal text. Texts come from the network.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace spanhound::sdk {

// The value of a character as a digit, -1 when it is none. A table: ids are read for every request.
enum class HexCase { kAny, kLower };
constexpr std::array<std::int8_t, 256> MakeHexDigits(HexCase letters) {
  std::array<std::int8_t, 256> digits{};
  for (std::int8_t& digit : digits) digit = -1;
  for (int i = 0; i < 10; ++i)
    digits[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(i);
  for (int i = 10; i < 16; ++i) {
    digits[static_cast<std::size_t>('a' + i - 10)] = static_cast<std::int8_t>(i);
    if (letters == HexCase::kAny) {
      digits[static_cast<std::size_t>('A' + i - 10)] = static_cast<std::int8_t>(i);
    }
  }
  return digits;
}
inline constexpr std::array<std::int8_t, 256> kHexDigits = MakeHexDigits(HexCase::kAny);
inline constexpr std::array<std::int8_t, 256> kLowerHexDigits = MakeHexDigits(HexCase::kLower);

// Exactly as many lower-case digits as fill `out`; else false.
inline bool ReadLowerHex(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() != 2 * out.size()) return false;
  const char* at = text.data();  // unchecked: the size was, and this is done for every request
  int bad = 0;
  for (std::uint8_t& byte : out) {
    const int high = kLowerHexDigits[static_cast<unsigned char>(*at++)];
    const int low = kLowerHexDigits[static_cast<unsigned char>(*at++)];
    bad |= high | low;  // negative if one of them is
    byte = static_cast<std::uint8_t>(high << 4 | low);
  }
  return bad >= 0;
}

// Any case, and filled from the right, zeros before: ids of older systems are shorter than the
// field. False when the text is empty, too long, or no number.
inline bool ReadHex(std::string_view text, std::span<std::uint8_t> out) {
  if (text.empty() || text.size() > 2 * out.size()) return false;
  for (std::uint8_t& byte : out) byte = 0;
  const std::size_t first = 2 * out.size() - text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int digit = kHexDigits[static_cast<unsigned char>(text[i])];
    if (digit < 0) return false;
    std::uint8_t& byte = out[(first + i) / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | digit);
  }
  return true;
}

}  // namespace spanhound::sdk
