// The commands that ask: a running server (`spanhound trace`, `spanhound traces`), or the files of
// a store (check_command.h, stat_command.h).
#pragma once

namespace CLI {
class App;
}

namespace spanhound::cli {

// Commands run while `app` parses and leave 0 (done), 1 (not found, server not reachable) or
// 2 (usage) in `*exit_code`, which must outlive `app`.
void AddCliCommands(CLI::App& app, int* exit_code);

}  // namespace spanhound::cli
