#include "load/page_cache.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace spanhound::load {
namespace {

Status DropFile(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? Status::Ok() : ErrnoStatus("open " + path, errno);
  fdatasync(fd);  // dirty pages would stay; what cannot be synced was never going to be cold
  int error = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  close(fd);
  return error == 0 ? Status::Ok() : ErrnoStatus("posix_fadvise " + path, error);
}

}  // namespace

Status DropFromPageCache(const std::string& directory) {
  std::error_code error;
  std::filesystem::recursive_directory_iterator it(directory, error), end;
  if (error) return NotFound("directory " + directory + ": " + error.message());
  for (; it != end && !error; it.increment(error)) {
    if (it->is_regular_file(error)) RETURN_IF_ERROR(DropFile(it->path()));
  }
  return Status::Ok();
}

}  // namespace spanhound::load
