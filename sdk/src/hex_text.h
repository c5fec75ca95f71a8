// Ids as hexadecimal text. Texts come from the network.
//
// Every request reads and writes some, so this is done for eight digits at once, each in a byte of
// a word: what is said of a byte below holds for all of them. Little-endian, as every machine this
// is built for.
#pragma once

#include <opentelemetry/nostd/span.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace spanhound::sdk {

// The value of a character as a digit, -1 when it is none.
constexpr std::array<std::int8_t, 256> MakeHexDigits() {
  std::array<std::int8_t, 256> digits{};
  for (std::int8_t& digit : digits) digit = -1;
  for (int i = 0; i < 10; ++i)
    digits[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(i);
  for (int i = 10; i < 16; ++i) {
    digits[static_cast<std::size_t>('a' + i - 10)] = static_cast<std::int8_t>(i);
    digits[static_cast<std::size_t>('A' + i - 10)] = static_cast<std::int8_t>(i);
  }
  return digits;
}
inline constexpr std::array<std::int8_t, 256> kHexDigits = MakeHexDigits();

constexpr std::uint64_t InEachByte(std::uint8_t byte) { return byte * 0x0101010101010101ULL; }

// Of values 0 to 15 in each byte; larger ones up to 31 give characters beyond 'f'.
constexpr std::uint64_t ToLowerHexDigits(std::uint64_t values) {
  const std::uint64_t letters = (values + InEachByte(6)) >> 4 & InEachByte(1);
  return values + InEachByte('0') + letters * ('a' - '0' - 10);
}

// Eight lower-case digits to four bytes; not 0 when there is anything else among them, so that
// several answers are looked at once.
inline std::uint64_t ReadEightHexDigits(const char* text, std::uint8_t* out) {
  std::uint64_t digits = 0;
  std::memcpy(&digits, text, sizeof(digits));
  const std::uint64_t letters = digits >> 6 & InEachByte(1);  // 'a' is 0x61, '0' is 0x30
  std::uint64_t values = (digits & InEachByte(0xF)) + letters * 9;
  const std::uint64_t bad = (ToLowerHexDigits(values) ^ digits) | (values & InEachByte(0xF0));
  // The first digit, in the lower byte, is the upper half of a byte. Pairs move together.
  values = (values << 4 | values >> 8) & 0x00FF00FF00FF00FFULL;
  values = (values | values >> 8) & 0x0000FFFF0000FFFFULL;
  const auto bytes = static_cast<std::uint32_t>(values | values >> 16);
  std::memcpy(out, &bytes, sizeof(bytes));
  return bad;
}

inline void WriteEightHexDigits(const std::uint8_t* bytes, char* out) {
  std::uint32_t four = 0;
  std::memcpy(&four, bytes, sizeof(four));
  std::uint64_t values = (four | static_cast<std::uint64_t>(four) << 16) & 0x0000FFFF0000FFFFULL;
  values = (values | values << 8) & 0x00FF00FF00FF00FFULL;
  constexpr std::uint64_t kHalves = 0x000F000F000F000FULL;
  values = (values >> 4 & kHalves) | (values & kHalves) << 8;
  const std::uint64_t digits = ToLowerHexDigits(values);
  std::memcpy(out, &digits, sizeof(digits));
}

// As many lower-case digits as fill `out`, which is a multiple of four; false when there is
// anything else among them.
template <std::size_t kBytes>
bool ReadLowerHex(const char* text, std::uint8_t (&out)[kBytes]) {
  static_assert(kBytes % 4 == 0);
  std::uint64_t bad = 0;
  for (std::size_t i = 0; i < kBytes; i += 4) bad |= ReadEightHexDigits(text + 2 * i, out + i);
  return bad == 0;
}

// Two digits for each byte of an id, which are a multiple of four.
template <std::size_t kBytes>
void WriteLowerHex(opentelemetry::nostd::span<const std::uint8_t, kBytes> id, char* out) {
  static_assert(kBytes % 4 == 0);
  for (std::size_t i = 0; i < kBytes; i += 4) WriteEightHexDigits(id.data() + i, out + 2 * i);
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
