// Splits lines of the text forms used in tests into tokens. For tests only; throws on bad input,
// which fails the test with the line in the message.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace spanhound::query {

[[noreturn]] inline void BadText(std::string_view what, std::string_view where) {
  throw std::runtime_error(std::string(what).append(": ").append(where));
}

// At spaces; double quotes keep spaces together and may stand in the middle: key="a b". Quotes
// stay in the token. Parentheses are tokens of their own if `parentheses`.
inline std::vector<std::string> SplitTokens(std::string_view line, bool parentheses = false) {
  std::vector<std::string> tokens;
  std::string token;
  const auto finish = [&] {
    if (!token.empty()) tokens.push_back(std::move(token));
    token.clear();
  };
  bool is_quoted = false;
  for (const char c : line) {
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted || c == '"') {
      token.push_back(c);
    } else if (c == ' ' || c == '\n') {
      finish();
    } else if (parentheses && (c == '(' || c == ')')) {
      finish();
      tokens.emplace_back(1, c);
    } else {
      token.push_back(c);
    }
  }
  if (is_quoted) BadText("quote without end", line);
  finish();
  return tokens;
}

inline bool IsQuoted(std::string_view token) {
  return token.size() >= 2 && token.front() == '"' && token.back() == '"';
}
inline std::string Unquoted(std::string_view token) {
  return std::string(IsQuoted(token) ? token.substr(1, token.size() - 2) : token);
}

// "15ms" -> nanoseconds; false if it is no number with a unit.
inline bool ReadNanos(std::string_view text, int64_t* nanos) {
  const size_t unit_at = text.find_first_not_of("-0123456789");
  if (unit_at == std::string_view::npos || unit_at == 0) return false;
  const std::string_view unit = text.substr(unit_at);
  int64_t factor = 0;
  if (unit == "ns") factor = 1;
  if (unit == "us") factor = 1'000;
  if (unit == "ms") factor = 1'000'000;
  if (unit == "s") factor = 1'000'000'000;
  if (unit == "h") factor = 3'600'000'000'000;
  if (factor == 0) return false;
  *nanos = std::stoll(std::string(text.substr(0, unit_at))) * factor;
  return true;
}

}  // namespace spanhound::query
