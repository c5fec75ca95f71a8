#include "base/terminal_text.h"

#include "base/hex.h"
#include "base/utf8.h"

namespace spanhound {

std::string TerminalText(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    const unsigned char first = static_cast<unsigned char>(text.front());
    const bool is_c1 = length == 2 && first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0;
    if (length == 0 || first < 0x20 || first == 0x7f || is_c1) {
      for (char byte : text.substr(0, length == 0 ? 1 : length)) {
        out += "\\x";
        AppendHex(out, {&byte, 1});
      }
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace spanhound
