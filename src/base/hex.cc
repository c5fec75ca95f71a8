#include "base/hex.h"

#include <array>
#include <cstdint>

namespace spanhound {
namespace {

constexpr std::array<int8_t, 256> MakeDigitTable() {
  std::array<int8_t, 256> table{};
  table.fill(-1);
  for (int i = 0; i < 10; ++i) table['0' + i] = static_cast<int8_t>(i);
  for (int i = 0; i < 6; ++i) table['a' + i] = table['A' + i] = static_cast<int8_t>(10 + i);
  return table;
}
constexpr std::array<int8_t, 256> kDigit = MakeDigitTable();

}  // namespace

void AppendHex(std::string& out, std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const size_t size = out.size();
  out.resize(size + 2 * bytes.size());
  char* to = out.data() + size;
  for (char byte : bytes) {
    *to++ = kDigits[static_cast<uint8_t>(byte) >> 4];
    *to++ = kDigits[static_cast<uint8_t>(byte) & 15];
  }
}

std::string ToHex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  AppendHex(out, bytes);
  return out;
}

bool FromHex(std::string_view digits, void* bytes, size_t bytes_size) {
  if (digits.size() != bytes_size * 2) return false;
  uint8_t* to = static_cast<uint8_t*>(bytes);
  for (size_t i = 0; i < bytes_size; ++i) {
    int high = kDigit[static_cast<uint8_t>(digits[2 * i])];
    int low = kDigit[static_cast<uint8_t>(digits[2 * i + 1])];
    if (high < 0 || low < 0) return false;
    to[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return true;
}

}  // namespace spanhound
