// What `spanhound stat` prints for people. Names of tenants and attributes come from outside and
// are made safe. Pure functions.
#pragma once

#include <string>

#include "store/directory_statistics.h"

namespace spanhound::cli {

struct StatisticsOptions {
  // Lines of the largest columns of a table and of the newest blocks; the others are summed up.
  // 0: all.
  size_t columns_max = 40;
  size_t blocks_max = 10;
};

std::string RenderStatistics(const store::DirectoryStatistics& statistics,
                             const StatisticsOptions& options);

}  // namespace spanhound::cli
