#include "server/file_watch.h"

#include <sys/stat.h>

#include <chrono>

#include "base/log.h"

namespace spanhound::server {
namespace {

std::string Look(const std::vector<std::string>& paths) {
  std::string seen;
  for (const std::string& path : paths) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) found = {};
    for (const int64_t part : {static_cast<int64_t>(found.st_ino), int64_t{found.st_size},
                               int64_t{found.st_mtim.tv_sec}, int64_t{found.st_mtim.tv_nsec}}) {
      seen += std::to_string(part) + " ";
    }
  }
  return seen;
}

}  // namespace

FileWatch::~FileWatch() {
  {
    std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stop_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void FileWatch::Add(std::string what, std::vector<std::string> paths,
                    std::function<Status()> reload) {
  std::string seen = Look(paths);
  watched_.push_back({std::move(what), std::move(paths), std::move(reload), std::move(seen)});
}

void FileWatch::Start() {
  if (!watched_.empty()) thread_ = std::thread([this] { Run(); });
}

void FileWatch::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, std::chrono::milliseconds(interval_ms_),
                         [this] { return is_stopping_; })) {
    for (Watched& one : watched_) {
      std::string seen = Look(one.paths);
      if (seen == one.seen) continue;
      one.seen = std::move(seen);
      const Status status = one.reload();
      Log(status.ok() ? LogLevel::kInfo : LogLevel::kWarning,
          status.ok() ? one.what + ": read again"
                      : one.what + ": still as before: " + status.ToString());
    }
  }
}

}  // namespace spanhound::server
