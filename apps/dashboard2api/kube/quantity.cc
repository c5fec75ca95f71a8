#include "dashboard2api/kube/quantity.h"

#include <charconv>
#include <cmath>

namespace dashboard2api::kube {
namespace {

std::optional<double> Factor(std::string_view suffix) {
  struct Known {
    std::string_view suffix;
    double factor;
  };
  constexpr double kKi = 1024.0;
  static constexpr Known kKnown[] = {{"", 1},
                                     {"n", 1e-9},
                                     {"u", 1e-6},
                                     {"m", 1e-3},
                                     {"k", 1e3},
                                     {"M", 1e6},
                                     {"G", 1e9},
                                     {"T", 1e12},
                                     {"P", 1e15},
                                     {"E", 1e18},
                                     {"Ki", kKi},
                                     {"Mi", kKi * kKi},
                                     {"Gi", 1 << 30},
                                     {"Ti", 1099511627776.0},
                                     {"Pi", 1125899906842624.0},
                                     {"Ei", 1152921504606846976.0}};
  for (const Known& each : kKnown) {
    if (each.suffix == suffix) return each.factor;
  }
  return std::nullopt;
}

std::optional<std::int64_t> Scaled(std::string_view text, double unit) {
  if (text.starts_with('+')) text.remove_prefix(1);
  // from_chars also reads "inf" and "nan".
  if (text.empty() || !((text[0] >= '0' && text[0] <= '9') || text[0] == '.')) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const auto used = static_cast<std::size_t>(end - text.data());
  const std::optional<double> factor = Factor(text.substr(used));
  if (!factor.has_value()) return std::nullopt;
  const double exact = number * *factor * unit;
  // Products like 0.1 * 1000 come out a hair above the whole number they mean.
  const double nearest = std::round(exact);
  const bool whole = std::abs(exact - nearest) < 1e-9 + 1e-12 * exact;
  const double amount = whole ? nearest : std::ceil(exact);
  if (amount > static_cast<double>(kAmountMax)) return std::nullopt;
  return static_cast<std::int64_t>(amount);
}

}  // namespace

std::optional<std::int64_t> CpuMillis(std::string_view quantity) { return Scaled(quantity, 1000); }
std::optional<std::int64_t> MemoryBytes(std::string_view quantity) { return Scaled(quantity, 1); }

}  // namespace dashboard2api::kube
