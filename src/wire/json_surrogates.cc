#include "wire/json_surrogates.h"

#include <charconv>
#include <string_view>

namespace spanhound::wire {
namespace {

constexpr size_t kEscapeBytes = 6;  // of \ud83d

bool IsHigh(unsigned unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool IsLow(unsigned unit) { return unit >= 0xdc00 && unit < 0xe000; }

// The UTF-16 unit of the escape at `offset`; 0 if there is no such escape.
unsigned EscapedUnit(std::string_view json, size_t offset) {
  const std::string_view escape = json.substr(offset, kEscapeBytes);
  if (escape.size() < kEscapeBytes || !escape.starts_with("\\u")) return 0;
  unsigned unit = 0;
  const char* end = escape.data() + escape.size();
  const auto [stop, error] = std::from_chars(escape.data() + 2, end, unit, 16);
  return error == std::errc() && stop == end ? unit : 0;
}

}  // namespace

bool ReplaceLoneSurrogates(std::string& json) {
  bool has_replaced = false;
  for (size_t i = json.find('\\'); i < json.size(); i = json.find('\\', i)) {
    const unsigned unit = EscapedUnit(json, i);
    if (IsHigh(unit) && IsLow(EscapedUnit(json, i + kEscapeBytes))) {
      i += 2 * kEscapeBytes;
    } else if (IsHigh(unit) || IsLow(unit)) {
      json.replace(i, kEscapeBytes, "\\ufffd");
      has_replaced = true;
      i += kEscapeBytes;
    } else {
      i += 2;  // whatever is escaped, were it another backslash
    }
  }
  return has_replaced;
}

}  // namespace spanhound::wire
