// `spanhound serve`: flags, start, wait for a signal, stop.
#pragma once

namespace CLI {
class App;
}

namespace spanhound::server {

// The command's exit code is stored in `*exit_code`, which must outlive the parse.
void AddServeCommand(CLI::App& app, int* exit_code);

}  // namespace spanhound::server
