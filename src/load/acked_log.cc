#include "load/acked_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/hex.h"
#include "base/log.h"

namespace spanhound::load {

Result<std::unique_ptr<AckedLog>> AckedLog::Open(const std::string& path) {
  int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return ErrnoStatus("open " + path, errno);
  return std::unique_ptr<AckedLog>(new AckedLog(fd));
}

AckedLog::~AckedLog() { close(fd_); }

void AckedLog::Append(const std::vector<model::TraceId>& trace_ids) {
  std::string lines;
  lines.reserve(trace_ids.size() * (2 * model::TraceId::kSize + 1));
  for (const model::TraceId& id : trace_ids) {
    AppendHex(lines, id.view());
    lines.push_back('\n');
  }
  ssize_t written = write(fd_, lines.data(), lines.size());
  if (written != static_cast<ssize_t>(lines.size())) {
    Log(LogLevel::kError, "log of acknowledged traces: " + ErrnoStatus("write", errno).message());
  }
}

}  // namespace spanhound::load
