// Puts what users said into a Config, and remembers who said it. Pure functions; INVALID_ARGUMENT
// names the setting and where the wrong value came from.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "config/config_file.h"
#include "server/config.h"
#include "server/settings.h"

namespace spanhound::server {

// A setting as it is in force.
struct SettingInForce {
  const Setting* setting;
  std::vector<std::string> values;  // of a list: none, one or more; else one
  std::string origin;               // "default", or that of the value that won
};

struct ConfigInForce {
  Config config;
  std::vector<SettingInForce> settings;  // all, in the order of the table
};

// `given`: the lowest precedence first; of several for one setting the last wins.
Result<ConfigInForce> ApplySettings(std::span<const config::GivenValue> given);

// What the environment ("NAME=value") says to settings. A list is split at white space. Variables
// that begin with SPANHOUND_ and name no setting go to `unknown`, except those Kubernetes makes for
// a Service that is called spanhound (SPANHOUND_PORT=tcp://10.0.0.1:4317 and so on).
std::vector<config::GivenValue> FromEnvironment(std::span<const std::string> environment,
                                                std::vector<std::string>* unknown);

// A configuration file that says the same, each line with its origin.
std::string ConfigText(const ConfigInForce& config);

}  // namespace spanhound::server
