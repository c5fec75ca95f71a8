// `spanhound load` and `spanhound load query`: flags, run, report.
#pragma once

namespace CLI {
class App;
}

namespace spanhound::load {

// The command's exit code is stored in `*exit_code`, which must outlive the parse: 0 when
// everything was acknowledged (and every answer right), 1 otherwise.
void AddLoadCommand(CLI::App& app, int* exit_code);

}  // namespace spanhound::load
