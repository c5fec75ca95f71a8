// The flags and variables of Jaeger all-in-one 1.50, so that the command line and the compose file
// people have keep working. Each is either translated to a setting of ours or told: one line that
// says what is in its place. The variable of a flag is its name in upper case, dots and dashes as
// underscores. Pure functions.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "config/config_file.h"

namespace spanhound::server {

struct JaegerSettings {
  std::vector<config::GivenValue> given;  // in terms of our settings
  std::vector<std::string> told;          // what is not honoured, a line each
};

// `environment`: "NAME=value".
JaegerSettings FromJaegerEnvironment(std::span<const std::string> environment);

// The arguments that are none of our flags, as they stood on the command line: "--a.b=c" or "--a.b"
// and "c". INVALID_ARGUMENT for what is not Jaeger's either.
Result<JaegerSettings> FromJaegerFlags(std::span<const std::string> arguments);

}  // namespace spanhound::server
