// The logger behind sdk::Log().
//
// Threads: any.
#pragma once

#include <memory>

#include "line_logger.h"

namespace spanhound::sdk {

// Makes it the process's logger. It and its predecessors live until the program ends, because
// callers hold references.
void InstallLogger(std::shared_ptr<LineLogger> logger);

// The one behind sdk::Log().
LineLogger& CurrentLogger();

}  // namespace spanhound::sdk
