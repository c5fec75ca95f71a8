#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace spanhound::cli {
namespace {

std::string Wrap(std::string_view code, std::string_view text) {
  std::string out = "\x1b[";
  out.append(code).append("m").append(text).append("\x1b[0m");
  return out;
}

// Of the 256-colour palette; neighbours differ, red and yellow are left to errors and warnings.
constexpr std::array<std::string_view, 8> kServiceCodes = {
    "38;5;39", "38;5;141", "38;5;43", "38;5;175", "38;5;111", "38;5;108", "38;5;180", "38;5;67"};

}  // namespace

Terminal DetectTerminal() {
  Terminal terminal;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.width = std::max<size_t>(size.ws_col, kWidthMin);
  }
  const char* no_color = std::getenv("NO_COLOR");
  terminal.has_color = isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
  return terminal;
}

std::string Painter::Paint(Style style, std::string_view text) const {
  if (!has_color_ || text.empty()) return std::string(text);
  switch (style) {
    case Style::kPlain: return std::string(text);
    case Style::kBold: return Wrap("1", text);
    case Style::kDim: return Wrap("2", text);
    case Style::kError: return Wrap("31", text);
    case Style::kWarning: return Wrap("33", text);
  }
  return std::string(text);
}

std::string Painter::PaintService(size_t number, std::string_view text) const {
  if (!has_color_ || text.empty()) return std::string(text);
  return Wrap(kServiceCodes[number % kServiceCodes.size()], text);
}

}  // namespace spanhound::cli
