#include "wire/logs/log_time.h"

#include <array>
#include <charconv>
#include <chrono>

namespace spanhound::wire {
namespace {

using model::ValueType;

constexpr uint64_t kNanosPerSecond = 1'000'000'000;
// What lies behind it, in the year 2262, is no time of a log line in any way of writing.
constexpr int64_t kUnixNanosMax = INT64_MAX;

// Reads a date and time from the front.
class TimeText {
 public:
  explicit TimeText(std::string_view text) : rest_(text) {}

  bool Parse(uint64_t* unix_nanos) {
    int year, month, day, hour, minute, second;
    if (!Digits(4, &year) || !Skip('-') || !Digits(2, &month) || !Skip('-') || !Digits(2, &day) ||
        !(Skip('T') || Skip('t') || Skip(' ')) || !Digits(2, &hour) || !Skip(':') ||
        !Digits(2, &minute) || !Skip(':') || !Digits(2, &second)) {
      return false;
    }
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return false;
    uint64_t fraction = 0;
    if ((Skip('.') || Skip(',')) && !Fraction(&fraction)) return false;
    int offset_minutes = 0;
    if (!Offset(&offset_minutes) || !rest_.empty()) return false;
    const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const int64_t seconds = days * 86'400 + hour * 3'600 + (minute - offset_minutes) * 60 + second;
    constexpr int64_t kSecondsMax = kUnixNanosMax / static_cast<int64_t>(kNanosPerSecond);
    if (seconds < 0 || seconds >= kSecondsMax) return false;
    *unix_nanos = static_cast<uint64_t>(seconds) * kNanosPerSecond + fraction;
    return true;
  }

 private:
  bool Skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool Digits(size_t count, int* value) {
    if (rest_.size() < count) return false;
    *value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return false;
      *value = *value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return true;
  }

  // Digits past the ninth are cut off.
  bool Fraction(uint64_t* nanos) {
    size_t count = 0;
    for (int digit; Digits(1, &digit); ++count) {
      if (count < 9) *nanos = *nanos * 10 + static_cast<uint64_t>(digit);
    }
    for (size_t i = count; i < 9; ++i) *nanos *= 10;
    return count > 0;
  }

  bool Offset(int* minutes) {
    if (rest_.empty() || Skip('Z') || Skip('z')) return true;
    const bool is_negative = rest_.front() == '-';
    int hours, rest;
    if (!(Skip('-') || Skip('+')) || !Digits(2, &hours)) return false;
    Skip(':');
    if (!Digits(2, &rest)) return false;
    *minutes = (is_negative ? -1 : 1) * (hours * 60 + rest);
    return true;
  }

  std::string_view rest_;
};

// How many nanoseconds the unit has in which a number of today is that large.
uint64_t UnitOf(double number) {
  if (number < 1e11) return kNanosPerSecond;
  if (number < 1e14) return 1'000'000;
  if (number < 1e17) return 1'000;
  return 1;
}

bool FromNumber(double number, uint64_t* unix_nanos) {
  const double nanos = number * static_cast<double>(UnitOf(number));
  if (!(nanos > 0 && nanos < static_cast<double>(kUnixNanosMax))) return false;
  *unix_nanos = static_cast<uint64_t>(nanos);
  return true;
}

bool FromInteger(int64_t number, uint64_t* unix_nanos) {
  const uint64_t unit = UnitOf(static_cast<double>(number));
  if (number <= 0 || number > kUnixNanosMax / static_cast<int64_t>(unit)) return false;
  *unix_nanos = static_cast<uint64_t>(number) * unit;
  return true;
}

template <typename T>
bool FromText(std::string_view text, T* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size();
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

struct SeverityName {
  std::string_view name;
  uint8_t number;
};
constexpr std::array<SeverityName, 29> kSeverityNames = {{{"trace", 1},
                                                          {"t", 1},
                                                          {"finest", 1},
                                                          {"verbose", 1},
                                                          {"debug", 5},
                                                          {"d", 5},
                                                          {"fine", 5},
                                                          {"info", 9},
                                                          {"i", 9},
                                                          {"information", 9},
                                                          {"informational", 9},
                                                          {"notice", 10},
                                                          {"n", 10},
                                                          {"warn", 13},
                                                          {"warning", 13},
                                                          {"w", 13},
                                                          {"error", 17},
                                                          {"err", 17},
                                                          {"e", 17},
                                                          {"severe", 17},
                                                          {"critical", 18},
                                                          {"crit", 18},
                                                          {"alert", 19},
                                                          {"fatal", 21},
                                                          {"f", 21},
                                                          {"emerg", 21},
                                                          {"emergency", 21},
                                                          {"panic", 21},
                                                          {"dpanic", 21}}};
constexpr std::array<uint8_t, 8> kSyslogSeverities = {21, 19, 18, 17, 13, 10, 9, 5};

bool SeverityOfName(std::string_view text, uint8_t* number) {
  for (const SeverityName& candidate : kSeverityNames) {
    if (candidate.name.size() != text.size()) continue;
    size_t same = 0;
    while (same < text.size() && Lower(text[same]) == candidate.name[same]) ++same;
    if (same < text.size()) continue;
    *number = candidate.number;
    return true;
  }
  return false;
}

bool SeverityOfNumber(int64_t level, uint8_t* number) {
  if (level >= 0 && level < static_cast<int64_t>(kSyslogSeverities.size())) {
    *number = kSyslogSeverities[static_cast<size_t>(level)];
    return true;
  }
  if (level < 10 || level > 69) return false;
  *number = static_cast<uint8_t>((level / 10 - 1) * 4 + 1);  // 10 trace, 20 debug ... 60 fatal
  return true;
}

}  // namespace

bool ParseLogTime(const model::AttributeValue& value, uint64_t* unix_nanos) {
  if (value.type == ValueType::kInt) return FromInteger(value.integer, unix_nanos);
  if (value.type == ValueType::kDouble) return FromNumber(value.real, unix_nanos);
  if (value.type != ValueType::kString) return false;
  if (TimeText(value.text()).Parse(unix_nanos)) return true;
  int64_t integer;
  if (FromText(value.text(), &integer)) return FromInteger(integer, unix_nanos);
  double real;
  return FromText(value.text(), &real) && FromNumber(real, unix_nanos);
}

bool ParseSeverity(const model::AttributeValue& value, uint8_t* number) {
  int64_t level;
  if (value.type == ValueType::kInt) return SeverityOfNumber(value.integer, number);
  if (value.type != ValueType::kString) return false;
  if (SeverityOfName(value.text(), number)) return true;
  return FromText(value.text(), &level) && SeverityOfNumber(level, number);
}

}  // namespace spanhound::wire
