// What a process has used so far and what a directory holds, from /proc and the file system.
// Stateless; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/status.h"

namespace spanhound::load {

// User and system time of all its threads.
Result<double> ProcessCpuSeconds(int pid);
// The most memory it ever had resident (VmHWM).
Result<int64_t> ProcessRssPeakBytes(int pid);
// Blocks the files below `path` take, as du counts them. Files that vanish meanwhile are fine.
Result<int64_t> DirectoryBytes(const std::string& path);

}  // namespace spanhound::load
