#include "net/http/percent_encoding.h"

#include <algorithm>

#include "base/hex.h"

namespace spanhound::net {
namespace {

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string DecodeFormText(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  std::string decoded;
  return PercentDecode(spaced, &decoded) ? decoded : spaced;
}

}  // namespace

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (char c : text) {
    if (IsUnreserved(c)) {
      encoded.push_back(c);
      continue;
    }
    uint8_t byte = static_cast<uint8_t>(c);
    encoded.push_back('%');
    encoded.push_back(kDigits[byte >> 4]);
    encoded.push_back(kDigits[byte & 15]);
  }
  return encoded;
}

bool PercentDecode(std::string_view text, std::string* decoded) {
  decoded->clear();
  decoded->reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded->push_back(text[i]);
      continue;
    }
    char byte;
    if (!FromHex(text.substr(i + 1, 2), &byte, 1)) return false;
    decoded->push_back(byte);
    i += 2;
  }
  return true;
}

std::vector<std::pair<std::string, std::string>> ParseQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> fields;
  while (!query.empty()) {
    size_t end = std::min(query.find('&'), query.size());
    std::string_view field = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (field.empty()) continue;
    size_t equals = std::min(field.find('='), field.size());
    std::string_view value = field.substr(std::min(equals + 1, field.size()));
    fields.emplace_back(DecodeFormText(field.substr(0, equals)), DecodeFormText(value));
  }
  return fields;
}

}  // namespace spanhound::net
