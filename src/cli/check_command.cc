#include "cli/check_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "base/terminal_text.h"
#include "store/check_directory.h"

namespace spanhound::cli {
namespace {

constexpr int kExitSound = 0;
constexpr int kExitDamaged = 1;
constexpr int kExitNotChecked = 2;

int FailToCheck(const Status& status) {
  const bool is_open = status.code() == Code::kFailedPrecondition;
  std::fprintf(stderr, "spanhound: %s%s\n", TerminalText(status.message()).c_str(),
               is_open ? "; stop the server, or check a snapshot of the directory" : "");
  return kExitNotChecked;
}

void PrintFinding(const store::CheckFinding& finding) {
  std::printf("%s %s\n",
              finding.is_damage ? "damaged:" : "note:   ", TerminalText(finding.what).c_str());
  std::fflush(stdout);
}

void PrintSummary(const std::string& directory, const store::CheckTotals& totals,
                  uint64_t damaged_count) {
  const auto count = [](uint64_t number) { return static_cast<unsigned long long>(number); };
  std::printf(
      "%s: %s; looked at %llu blocks (%llu bytes) and %llu log segments (%llu bytes): "
      "%llu spans, %llu logs, %llu tenants\n",
      TerminalText(directory).c_str(),
      damaged_count == 0 ? "sound" : (std::to_string(damaged_count) + " damaged").c_str(),
      count(totals.blocks), count(totals.block_bytes), count(totals.log_segments),
      count(totals.log_bytes), count(totals.spans), count(totals.logs), count(totals.tenants));
}

}  // namespace

int CheckStore(FileSystem& files, const std::string& directory) {
  uint64_t damaged_count = 0;
  const auto totals = store::CheckDirectory(files, directory, [&](const auto& finding) {
    damaged_count += finding.is_damage ? 1 : 0;
    PrintFinding(finding);
  });
  if (!totals.ok()) return FailToCheck(totals.status());
  PrintSummary(directory, *totals, damaged_count);
  return damaged_count == 0 ? kExitSound : kExitDamaged;
}

void AddCheckCommand(CLI::App& app, int* exit_code) {
  CLI::App* command =
      app.add_subcommand("check", "Verify every byte of a store that no server has open");
  auto directory = std::make_shared<std::string>();
  command->add_option("directory", *directory, "What serve's --data was")->required();
  command->footer("Exit code: 0 sound, 1 damaged, 2 it could not be checked.");
  command->callback(
      [directory, exit_code] { *exit_code = CheckStore(PosixFileSystem(), *directory); });
}

}  // namespace spanhound::cli
