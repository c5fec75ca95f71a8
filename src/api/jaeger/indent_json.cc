#include "api/jaeger/indent_json.h"

namespace spanhound::api {
namespace {

constexpr size_t kSpacesPerLevel = 4;

// The string literal `json` starts with, quotes included.
std::string_view StringLiteral(std::string_view json) {
  size_t end = 1;
  while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
  return json.substr(0, end + 1);
}

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

std::string IndentJson(std::string_view json) {
  std::string out;
  size_t level = 0;
  const auto new_line = [&] { out.append("\n").append(level * kSpacesPerLevel, ' '); };
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (IsSpace(c)) continue;
    if (c == '"') {
      const std::string_view literal = StringLiteral(json.substr(i));
      out.append(literal);
      i += literal.size() - 1;
    } else if (c == '{' || c == '[') {
      const size_t next = json.find_first_not_of(" \n\r\t", i + 1);
      out.push_back(c);
      if (next != std::string_view::npos && (json[next] == '}' || json[next] == ']')) {
        out.push_back(json[next]);
        i = next;
        continue;
      }
      ++level;
      new_line();
    } else if (c == '}' || c == ']') {
      if (level > 0) --level;
      new_line();
      out.push_back(c);
    } else {
      out.push_back(c);
      if (c == ',') new_line();
      if (c == ':') out.push_back(' ');
    }
  }
  out.push_back('\n');
  return out;
}

}  // namespace spanhound::api
