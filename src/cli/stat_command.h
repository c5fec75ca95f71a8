// spanhound stat DIR: what a store's directory holds and where its bytes go.
#pragma once

#include <string>

#include "base/file.h"
#include "cli/render_statistics.h"

namespace CLI {
class App;
}

namespace spanhound::cli {

void AddStatCommand(CLI::App& app, int* exit_code);

// Prints to stdout. Returns the exit code: 0, 1 damaged or unreadable, 2 there is no store.
int ExplainStore(FileSystem& files, const std::string& directory, const StatisticsOptions& options,
                 bool as_json);

}  // namespace spanhound::cli
