// spanhound check DIR: whether every byte of a store that no server has open is sound.
#pragma once

#include <string>

#include "base/file.h"

namespace CLI {
class App;
}

namespace spanhound::cli {

void AddCheckCommand(CLI::App& app, int* exit_code);

// One line for every file that is not as it should be and one that sums up, to stdout as they come.
// Returns the exit code: 0 sound, 1 damaged, 2 it could not be checked.
int CheckStore(FileSystem& files, const std::string& directory);

}  // namespace spanhound::cli
