#include "hex_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace spanhound::sdk {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

TEST(HexTextTest, EveryByteIsReadAndWritten) {
  for (unsigned value = 0; value < 256; ++value) {
    for (std::size_t at = 0; at < 8; ++at) {
      std::uint8_t bytes[8] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF};
      std::string expected = "0123456789abcdef";
      bytes[at] = static_cast<std::uint8_t>(value);
      expected[2 * at] = kDigits[value >> 4];
      expected[2 * at + 1] = kDigits[value & 15];
      char text[16];
      WriteLowerHex(opentelemetry::nostd::span<const std::uint8_t, 8>(bytes), text);
      EXPECT_EQ(std::string_view(text, 16), expected);
      std::uint8_t read[8] = {};
      EXPECT_TRUE(ReadLowerHex(expected.data(), read));
      EXPECT_EQ(read[at], value);
    }
  }
}

TEST(HexTextTest, NoOtherCharacterIsADigit) {
  for (unsigned value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const bool digit = kDigits.find(c) != std::string_view::npos;
    for (std::size_t at = 0; at < 8; ++at) {
      std::string text = "f0a59b63";
      text[at] = c;
      std::uint8_t four[4];
      EXPECT_EQ(ReadLowerHex(text.data(), four), digit) << value << " at " << at;
    }
  }
}

}  // namespace
}  // namespace spanhound::sdk
