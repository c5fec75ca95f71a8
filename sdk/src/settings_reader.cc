#include "settings_reader.h"

#include <charconv>

namespace spanhound::sdk {
namespace {

constexpr std::uint64_t kLongestDurationMs = 24ULL * 3600 * 1000;

}  // namespace

std::optional<std::string> SettingsReader::Text(std::initializer_list<std::string> names) {
  for (const std::string& name : names) {
    if (const auto value = environment_(name)) {
      const std::string_view trimmed = Trim(*value);
      if (!trimmed.empty()) return std::string(trimmed);
    }
  }
  return std::nullopt;
}

bool SettingsReader::Bool(const std::string& name) {
  const auto text = Text({name});
  if (!text) return false;
  const std::string value = ToLower(*text);
  if (value != "true" && value != "false") {
    Problem(name + ": '" + *text + "' is neither true nor false, false is used");
  }
  return value == "true";
}

std::optional<std::uint64_t> SettingsReader::Number(std::initializer_list<std::string> names,
                                                    std::uint64_t min, std::uint64_t max) {
  for (const std::string& name : names) {
    const auto text = Text({name});
    if (!text) continue;
    std::uint64_t number = 0;
    const char* const end = text->data() + text->size();
    const auto parsed = std::from_chars(text->data(), end, number);
    if (parsed.ec == std::errc() && parsed.ptr == end && number >= min && number <= max) {
      return number;
    }
    Problem(name + ": '" + *text + "' is no number from " + std::to_string(min) + " to " +
            std::to_string(max) + ", ignored");
  }
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> SettingsReader::Duration(
    std::initializer_list<std::string> names) {
  const auto number = Number(names, 1, kLongestDurationMs);
  if (!number) return std::nullopt;
  return std::chrono::milliseconds(*number);
}

}  // namespace spanhound::sdk
