// What the terminal can do, and colours for it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spanhound::cli {

inline constexpr size_t kWidthDefault = 100;
inline constexpr size_t kWidthMin = 60;  // below that nothing lines up any more

struct Terminal {
  size_t width = kWidthDefault;
  bool has_color = false;
};

// Of standard output; colours only for a terminal, and not if NO_COLOR is set.
Terminal DetectTerminal();

enum class Style { kPlain, kBold, kDim, kError, kWarning };

// Wraps text in colour codes, or does not.
class Painter {
 public:
  explicit Painter(bool has_color) : has_color_(has_color) {}
  std::string Paint(Style style, std::string_view text) const;
  // One of a few hues that stay clear of red and yellow; `number` counts services.
  std::string PaintService(size_t number, std::string_view text) const;

 private:
  const bool has_color_;
};

}  // namespace spanhound::cli
