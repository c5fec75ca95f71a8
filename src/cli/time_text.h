// Times and durations as people read them. Pure functions, but for the time zone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace spanhound::cli {

enum class TimeZone { kLocal, kUtc };

// Three significant digits: "0 µs", "12 µs", "1.28 ms", "96.1 ms", "2.05 s", "3 m 20 s", "1 h 5 m".
std::string DurationText(int64_t micros);
// "06:01:02.123"
std::string ClockText(int64_t unix_micros, TimeZone zone);
// "2026-11-23 06:01:02.123"
std::string DateText(int64_t unix_micros, TimeZone zone);

// "90s", "15m", "1h", "7d": a whole number and one unit. False for anything else, and past a
// century.
bool ParseLookback(std::string_view text, int64_t* micros);

}  // namespace spanhound::cli
