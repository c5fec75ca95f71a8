#include "cli/time_text.h"

#include <time.h>

#include <array>
#include <charconv>
#include <cstdio>

namespace spanhound::cli {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kMicrosPerCentury = int64_t{100} * 366 * 86'400 * kMicrosPerSecond;

template <typename... Args>
std::string Format(const char* format, Args... args) {
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), format, args...);
  return text.data();
}

// `value` below 1000, at three digits.
std::string ThreeDigits(double value) {
  // The limits lie where the shorter form would round up to one digit more.
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return Format("%.*f", decimals, value);
}

tm Broken(int64_t unix_micros, TimeZone zone) {
  const time_t seconds = unix_micros / kMicrosPerSecond;
  tm out{};
  if (zone == TimeZone::kUtc) {
    gmtime_r(&seconds, &out);
  } else {
    localtime_r(&seconds, &out);
  }
  return out;
}

}  // namespace

std::string DurationText(int64_t micros) {
  if (micros < 1000) return Format("%d µs", static_cast<int>(micros));
  if (micros < 999'500) return ThreeDigits(static_cast<double>(micros) / 1e3) + " ms";
  if (micros < 60 * kMicrosPerSecond) {
    return ThreeDigits(static_cast<double>(micros) / 1e6) + " s";
  }
  const long long seconds = micros / kMicrosPerSecond;
  if (seconds < 3600) return Format("%lld m %lld s", seconds / 60, seconds % 60);
  return Format("%lld h %lld m", seconds / 3600, seconds % 3600 / 60);
}

std::string ClockText(int64_t unix_micros, TimeZone zone) {
  const tm time = Broken(unix_micros, zone);
  return Format("%02d:%02d:%02d.%03d", time.tm_hour, time.tm_min, time.tm_sec,
                static_cast<int>(unix_micros / 1000 % 1000));
}

std::string DateText(int64_t unix_micros, TimeZone zone) {
  const tm time = Broken(unix_micros, zone);
  return Format("%04d-%02d-%02d ", time.tm_year + 1900, time.tm_mon + 1, time.tm_mday) +
         ClockText(unix_micros, zone);
}

bool ParseLookback(std::string_view text, int64_t* micros) {
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number < 0 || end - unit != 1) return false;
  int64_t seconds = 0;
  switch (*unit) {
    case 's': seconds = 1; break;
    case 'm': seconds = 60; break;
    case 'h': seconds = 3600; break;
    case 'd': seconds = 86'400; break;
    default: return false;
  }
  if (number > kMicrosPerCentury / kMicrosPerSecond / seconds) return false;
  *micros = number * seconds * kMicrosPerSecond;
  return true;
}

}  // namespace spanhound::cli
