#include "json_text.h"

#include <charconv>
#include <cmath>

#include "attribute_text.h"

namespace spanhound::sdk {
namespace {

// The escape of an ASCII character that needs one.
void AppendEscaped(std::string* out, unsigned char c) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"': *out += "\\\""; return;
    case '\\': *out += "\\\\"; return;
    case '\n': *out += "\\n"; return;
    case '\r': *out += "\\r"; return;
    case '\t': *out += "\\t"; return;
    default: *out += {'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 15]};
  }
}

bool IsPlain(unsigned char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

}  // namespace

void AppendJsonString(std::string* out, std::string_view text) {
  out->push_back('"');
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && IsPlain(static_cast<unsigned char>(text[plain]))) ++plain;
    out->append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto first = static_cast<unsigned char>(text.front());
    std::size_t bytes = 1;
    if (first < 0x80) {
      AppendEscaped(out, first);
    } else if ((bytes = Utf8SequenceBytes(text)) > 0) {
      out->append(text.substr(0, bytes));
    } else {
      *out += "\xEF\xBF\xBD";  // U+FFFD
      bytes = 1;
    }
    text.remove_prefix(bytes);
  }
  out->push_back('"');
}

void AppendJsonNumber(std::string* out, double value) {
  if (!std::isfinite(value)) {
    *out += "null";
    return;
  }
  char digits[32];
  out->append(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
}

}  // namespace spanhound::sdk
