#include "environment.h"

#include <cctype>
#include <charconv>
#include <cstdlib>

namespace spanhound::sdk {

Environment ProcessEnvironment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const char* first = text.data() + i + 1;
      const auto parsed = std::from_chars(first, first + 2, byte, 16);
      if (parsed.ec == std::errc() && parsed.ptr == first + 2) {
        decoded.push_back(static_cast<char>(byte));
        i += 2;
        continue;
      }
    }
    decoded.push_back(text[i]);
  }
  return decoded;
}

KeyValues ParseKeyValues(std::string_view text, std::vector<std::string>* bad) {
  KeyValues pairs;
  for (const std::string& entry : SplitList(text)) {
    const std::size_t equals = entry.find('=');
    const std::string_view key = Trim(std::string_view(entry).substr(0, equals));
    if (equals == std::string::npos || key.empty()) {
      bad->push_back(entry);
      continue;
    }
    const std::string_view value = Trim(std::string_view(entry).substr(equals + 1));
    pairs.emplace_back(PercentDecode(key), PercentDecode(value));
  }
  return pairs;
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> entries;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view entry = Trim(text.substr(0, comma));
    if (!entry.empty()) entries.emplace_back(entry);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return entries;
}

std::string_view Trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string ToLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

}  // namespace spanhound::sdk
