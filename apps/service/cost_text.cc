#include "service/cost_text.h"

#include <fmt/format.h>

namespace service {

std::string CostText(std::chrono::nanoseconds cost) {
  const double ns = static_cast<double>(cost.count());
  if (ns >= 1e9) return fmt::format("{:.10g}s", ns / 1e9);
  if (ns >= 1e6) return fmt::format("{:.10g}ms", ns / 1e6);
  if (ns >= 1e3) return fmt::format("{:.10g}µs", ns / 1e3);
  return fmt::format("{}ns", cost.count());
}

}  // namespace service
