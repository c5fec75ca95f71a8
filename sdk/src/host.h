// What the kit says about the machine and the process it runs in.
#pragma once

#include <map>
#include <string>

#include "environment.h"

namespace spanhound::sdk {

// HOST_IP (Kubernetes' downward API), else the first address of a network interface that is up,
// else
// "".
std::string HostIp(const Environment& environment);

// Resource attributes: host.*, os.*, process.* by the semantic conventions. What cannot be found
// out is left out.
std::map<std::string, std::string> HostAttributes();
std::map<std::string, std::string> ProcessAttributes();  // without process.pid, which is a number

// A random (version 4) UUID.
std::string RandomUuid();

}  // namespace spanhound::sdk
