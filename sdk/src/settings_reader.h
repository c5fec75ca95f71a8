// Reads typed settings from the environment and collects what it could not use.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "environment.h"

namespace spanhound::sdk {

// The precedence of every setting: what the code says, what the environment says, the default.
template <typename T>
T FirstOf(const std::optional<T>& option, const std::optional<T>& variable, T otherwise) {
  return option ? *option : variable.value_or(std::move(otherwise));
}

class SettingsReader {
 public:
  SettingsReader(const Environment& environment, std::vector<std::string>* problems)
      : environment_(environment), problems_(*problems) {}

  // The first of the variables that is set; names from the specific to the general.
  std::optional<std::string> Text(std::initializer_list<std::string> names);

  // Anything but "true" (in any case) counts as false, by the specification.
  bool Bool(const std::string& name);

  // Whole numbers; a bad one is told and counts as unset. Durations are milliseconds, always.
  std::optional<std::uint64_t> Number(std::initializer_list<std::string> names, std::uint64_t min,
                                      std::uint64_t max);
  std::optional<std::chrono::milliseconds> Duration(std::initializer_list<std::string> names);

  void Problem(std::string text) { problems_.push_back(std::move(text)); }

 private:
  const Environment& environment_;
  std::vector<std::string>& problems_;
};

}  // namespace spanhound::sdk
