#include "load/process_cost.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace spanhound::load {
namespace {

constexpr int64_t kStatBlockBytes = 512;

std::string ProcPath(int pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

}  // namespace

Result<double> ProcessCpuSeconds(int pid) {
  std::ifstream file(ProcPath(pid, "stat"));
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  size_t name_end = text.rfind(')');  // the name may hold anything, spaces and brackets too
  if (name_end == std::string::npos) return NotFound("no process " + std::to_string(pid));
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;  // up to field 14 of proc(5)
  uint64_t user_ticks = 0, system_ticks = 0;
  if (!(fields >> user_ticks >> system_ticks)) return Internal("unexpected /proc/PID/stat");
  return static_cast<double>(user_ticks + system_ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

Result<int64_t> ProcessRssPeakBytes(int pid) {
  std::ifstream file(ProcPath(pid, "status"));
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) * 1024;
  }
  return NotFound("no process " + std::to_string(pid));
}

Result<int64_t> DirectoryBytes(const std::string& path) {
  std::error_code error;
  std::filesystem::recursive_directory_iterator it(path, error), end;
  if (error) return NotFound("directory " + path + ": " + error.message());
  int64_t bytes = 0;
  for (; it != end && !error; it.increment(error)) {
    struct stat info;
    bool is_file = lstat(it->path().c_str(), &info) == 0 && S_ISREG(info.st_mode);
    if (is_file) bytes += info.st_blocks * kStatBlockBytes;
  }
  return bytes;
}

}  // namespace spanhound::load
