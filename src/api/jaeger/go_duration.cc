#include "api/jaeger/go_duration.h"

#include <array>
#include <limits>

namespace spanhound::api {
namespace {

struct Unit {
  std::string_view name;
  uint64_t nanos;
};

// Longer names before their prefixes. The second micro sign is the Greek letter; Go takes both.
constexpr std::array<Unit, 8> kUnits = {{{"ns", 1},
                                         {"us", 1'000},
                                         {"\u00b5s", 1'000},
                                         {"\u03bcs", 1'000},
                                         {"ms", 1'000'000},
                                         {"s", 1'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"h", 3'600'000'000'000}}};

constexpr uint64_t kNanosMax = std::numeric_limits<int64_t>::max();

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// A number with at most one dot, as whole part and billionths. More decimals are cut.
struct Number {
  uint64_t whole = 0;
  uint64_t billionths = 0;
};

bool TakeNumber(std::string_view& text, Number* number) {
  bool has_digits = false;
  for (; !text.empty() && IsDigit(text.front()); text.remove_prefix(1)) {
    has_digits = true;
    if (number->whole > kNanosMax / 10 - 1) return false;
    number->whole = number->whole * 10 + static_cast<uint64_t>(text.front() - '0');
  }
  if (text.empty() || text.front() != '.') return has_digits;
  text.remove_prefix(1);
  uint64_t place = 100'000'000;
  for (; !text.empty() && IsDigit(text.front()); text.remove_prefix(1), place /= 10) {
    has_digits = true;
    number->billionths += place * static_cast<uint64_t>(text.front() - '0');
  }
  return has_digits;
}

const Unit* TakeUnit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (text.starts_with(unit.name)) {
      text.remove_prefix(unit.name.size());
      return &unit;
    }
  }
  return nullptr;
}

}  // namespace

bool ParseGoDuration(std::string_view text, uint64_t* nanos) {
  if (text.starts_with('+')) text.remove_prefix(1);
  *nanos = 0;
  if (text == "0") return true;
  if (text.empty()) return false;
  while (!text.empty()) {
    Number number;
    if (!TakeNumber(text, &number)) return false;
    const Unit* unit = TakeUnit(text);
    if (unit == nullptr) return false;
    // Both factors together stay below 2^128, but not below 2^64.
    const auto part =
        static_cast<unsigned __int128>(number.whole) * unit->nanos +
        static_cast<unsigned __int128>(number.billionths) * unit->nanos / 1'000'000'000;
    if (part > kNanosMax - *nanos) return false;
    *nanos += static_cast<uint64_t>(part);
  }
  return true;
}

}  // namespace spanhound::api
