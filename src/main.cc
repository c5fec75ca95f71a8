// spanhound: one binary, subcommands.

#include <CLI/CLI.hpp>
#include <string>

#include "cli/cli_commands.h"
#include "load/load_command.h"
#include "server/serve_command.h"
#include "server/version.h"

namespace {

constexpr int kUsageExitCode = 2;

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Distributed tracing in one binary: traces and logs in, answers out.", "spanhound");
  app.set_version_flag("--version", std::string(spanhound::server::kVersion));
  app.require_subcommand(1);
  int exit_code = 0;
  spanhound::server::AddServeCommand(app, &exit_code);
  spanhound::cli::AddCliCommands(app, &exit_code);
  spanhound::load::AddLoadCommand(app, &exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // also --help and --version, which are no errors
    return app.exit(error) == 0 ? 0 : kUsageExitCode;
  }
  return exit_code;
}
