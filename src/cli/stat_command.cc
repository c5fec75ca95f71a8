#include "cli/stat_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "base/terminal_text.h"
#include "cli/statistics_json.h"

namespace spanhound::cli {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitNoStore = 2;

struct StatFlags {
  std::string directory;
  StatisticsOptions options;
  bool as_json = false;
};

}  // namespace

int ExplainStore(FileSystem& files, const std::string& directory, const StatisticsOptions& options,
                 bool as_json) {
  const auto statistics = store::ReadDirectoryStatistics(files, directory);
  if (!statistics.ok()) {
    std::fprintf(stderr, "spanhound: %s\n", TerminalText(statistics.status().message()).c_str());
    return statistics.status().code() == Code::kNotFound ? kExitNoStore : kExitFailed;
  }
  const std::string text =
      as_json ? StatisticsJson(*statistics) : RenderStatistics(*statistics, options);
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return is_written && std::fflush(stdout) == 0 ? 0 : kExitFailed;
}

void AddStatCommand(CLI::App& app, int* exit_code) {
  CLI::App* command = app.add_subcommand(
      "stat", "Show what a store holds and where its bytes go, column by column");
  auto flags = std::make_shared<StatFlags>();
  command->add_option("directory", flags->directory, "What serve's --data is")->required();
  command
      ->add_option("--columns", flags->options.columns_max,
                   "Show so many columns of each table, the largest; 0: all")
      ->capture_default_str();
  command
      ->add_option("--blocks", flags->options.blocks_max, "Show so many blocks, the newest; 0: all")
      ->capture_default_str();
  command->add_flag("--json", flags->as_json, "Everything as one JSON object");
  command->footer("A server may have the store open. Exit code: 0, 1 damaged, 2 no store.");
  command->callback([flags, exit_code] {
    *exit_code = ExplainStore(PosixFileSystem(), flags->directory, flags->options, flags->as_json);
  });
}

}  // namespace spanhound::cli
