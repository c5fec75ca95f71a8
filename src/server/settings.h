// The one table of everything `spanhound serve` can be told. A setting's name is its flag
// (--otlp-grpc-port), its variable (SPANHOUND_OTLP_GRPC_PORT) and its key in the YAML file
// (otlp-grpc-port:); help, defaults and docs/user/configuration.md are checked against the table.
// Constant after the first call; any thread.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "server/config.h"

namespace spanhound::server {

struct Setting {
  std::string name;
  std::string kind;  // what a value looks like: "PORT", "true|false"
  std::string help;
  std::string default_text;
  bool is_list = false;  // else exactly one value
  // INVALID_ARGUMENT says what is wrong with the value; a list replaces what was there.
  std::function<Status(std::span<const std::string> values, Config& config)> read;
};

const std::vector<Setting>& Settings();
std::string EnvironmentName(std::string_view setting_name);

}  // namespace spanhound::server
