// spanhound: one binary, subcommands.

#include <CLI/CLI.hpp>
#include <string>

#include "cli/cli_commands.h"
#include "load/load_command.h"
#include "server/serve_command.h"
#include "server/version.h"

int main(int argc, char** argv) {
  CLI::App app("Distributed tracing in one binary: traces and logs in, answers out.", "spanhound");
  app.set_version_flag("--version", std::string(spanhound::server::kVersion));
  app.require_subcommand(1);
  int exit_code = 0;
  spanhound::server::AddServeCommand(app, &exit_code);
  spanhound::cli::AddCliCommands(app, &exit_code);
  spanhound::load::AddLoadCommand(app, &exit_code);
  CLI11_PARSE(app, argc, argv);
  return exit_code;
}
