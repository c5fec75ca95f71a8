#include "base/named_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace spanhound {
namespace {

constexpr size_t kReadBytes = 16 << 10;

Result<NamedFile> ReadAll(int fd, const std::string& path, size_t bytes_max) {
  struct stat found {};
  if (::fstat(fd, &found) != 0) return ErrnoStatus("stat " + path, errno);
  if (S_ISDIR(found.st_mode)) return InvalidArgument(path + " is a directory");
  NamedFile file;
  file.mode = found.st_mode & 07777;
  while (file.bytes.size() <= bytes_max) {
    const size_t size = file.bytes.size();
    file.bytes.resize(size + kReadBytes);
    const ssize_t count = ::read(fd, file.bytes.data() + size, kReadBytes);
    file.bytes.resize(size + std::max<ssize_t>(count, 0));
    if (count == 0) return file;
    if (count < 0 && errno != EINTR) return ErrnoStatus("read " + path, errno);
  }
  return ResourceExhausted(path + ": more than " + std::to_string(bytes_max) + " bytes");
}

}  // namespace

Result<NamedFile> ReadNamedFile(const std::string& path, size_t bytes_max) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return ErrnoStatus("open " + path, errno);
  Result<NamedFile> file = ReadAll(fd, path, bytes_max);
  ::close(fd);
  return file;
}

}  // namespace spanhound
