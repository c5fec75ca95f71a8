// What `spanhound stat --json` prints: everything there is to know, one object. Pure function.
#pragma once

#include <string>

#include "store/directory_statistics.h"

namespace spanhound::cli {

std::string StatisticsJson(const store::DirectoryStatistics& statistics);

}  // namespace spanhound::cli
