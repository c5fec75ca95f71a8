#include "cli/time_bar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace spanhound::cli {
namespace {

constexpr std::array<std::string_view, 9> kLeftBlocks = {" ", "▏", "▎", "▍", "▌",
                                                         "▋", "▊", "▉", "█"};
constexpr int kEighths = 8;

// What covers the eighths [from, to) of a cell. Unicode has blocks from the left in eighths, from
// the right only a half and one eighth.
std::string_view SolidCell(int from, int to) {
  if (from == 0) return kLeftBlocks[static_cast<size_t>(to)];
  if (to < kEighths) return from < kEighths / 2 ? "▍" : "▐";
  return from <= 2 ? "█" : from <= 6 ? "▐" : "▕";
}

class BarPainter {
 public:
  BarPainter(const TimeAxis& axis, int64_t start, int64_t end)
      : axis_(axis),
        micros_per_eighth_(static_cast<double>(std::max<int64_t>(1, axis.duration_micros)) /
                           static_cast<double>(axis.columns * kEighths)) {
    const int last = static_cast<int>(axis.columns) * kEighths;
    first_ = std::clamp(Eighth(start), 0, last - 1);
    end_ = std::clamp(Eighth(end), first_ + 1, last);
  }

  std::string Paint(const std::vector<std::pair<int64_t, int64_t>>& child_time) const {
    std::string bar;
    size_t child = 0;
    for (int cell = 0; cell < static_cast<int>(axis_.columns); ++cell) {
      const int from = std::max(first_ - cell * kEighths, 0);
      const int to = std::min(end_ - cell * kEighths, kEighths);
      if (from >= to) {
        bar += ' ';
      } else {
        bar += WaitsIn(cell, from, to, child_time, &child) ? "─" : SolidCell(from, to);
      }
    }
    return bar;
  }

 private:
  int Eighth(int64_t micros) const {
    const double eighths = static_cast<double>(micros - axis_.start_micros) / micros_per_eighth_;
    return static_cast<int>(std::lround(std::clamp(eighths, -1e6, 1e6)));
  }

  // Do children run for more than half of what the span has of this cell? Cells come in order, so
  // `child` only moves forward.
  bool WaitsIn(int cell, int from, int to,
               const std::vector<std::pair<int64_t, int64_t>>& child_time, size_t* child) const {
    const double begin = Micros(cell * kEighths + from);
    const double end = Micros(cell * kEighths + to);
    while (*child < child_time.size() && End(child_time[*child]) <= begin) ++*child;
    double covered = 0;
    for (size_t i = *child; i < child_time.size() && Start(child_time[i]) < end; ++i) {
      covered += std::min(end, End(child_time[i])) - std::max(begin, Start(child_time[i]));
    }
    return covered > (end - begin) / 2;
  }

  double Micros(int eighth) const { return eighth * micros_per_eighth_; }
  double Start(const std::pair<int64_t, int64_t>& time) const {
    return static_cast<double>(time.first - axis_.start_micros);
  }
  double End(const std::pair<int64_t, int64_t>& time) const {
    return static_cast<double>(time.second - axis_.start_micros);
  }

  const TimeAxis& axis_;
  const double micros_per_eighth_;
  int first_ = 0;
  int end_ = 0;
};

}  // namespace

std::string TimeBar(const TimeAxis& axis, int64_t start_micros, int64_t duration_micros,
                    const std::vector<std::pair<int64_t, int64_t>>& child_time) {
  if (axis.columns == 0) return "";
  return BarPainter(axis, start_micros, start_micros + duration_micros).Paint(child_time);
}

}  // namespace spanhound::cli
