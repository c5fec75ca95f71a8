// Reads the one configuration file: YAML, flat, a value or a list of values under each name. What
// that does not need (nested maps, anchors, aliases, tags, several documents) is refused, so that a
// file means what it seems to. Pure functions; INVALID_ARGUMENT names the line. Which names there
// are is known to server/settings.h alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace spanhound::config {

inline constexpr size_t kConfigFileBytesMax = 1 << 20;  // a typo may name a huge file

// One value somebody gave, wherever.
struct GivenValue {
  std::string name;  // of a setting, if there is one
  std::vector<std::string> values;
  std::string origin;  // "--query-port", "SPANHOUND_QUERY_PORT", "spanhound.yaml line 3"
};

// In the order of the file. `file_name` is for origins and errors.
Result<std::vector<GivenValue>> ParseConfigFile(std::string_view yaml,
                                                const std::string& file_name);

Result<std::vector<GivenValue>> ReadConfigFile(const std::string& path);

}  // namespace spanhound::config
