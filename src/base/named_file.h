// A small file an administrator names: configuration, credentials, certificates. Unlike the store's
// files it may be a symbolic link (Kubernetes mounts secrets so), and its size is not ours to
// trust. Any thread.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/status.h"

namespace spanhound {

struct NamedFile {
  std::string bytes;
  mode_t mode = 0;  // permission bits, as of the file that was read
};

// RESOURCE_EXHAUSTED past `bytes_max`; otherwise the error of the system, with the path.
Result<NamedFile> ReadNamedFile(const std::string& path, size_t bytes_max);

}  // namespace spanhound
