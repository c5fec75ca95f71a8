// FileWatch: looks every few seconds whether files an administrator may replace have changed, and
// has them read again. By time, size and inode, so that it also works through the links of
// Kubernetes' mounts, where inotify sees nothing. Owns one thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/status.h"

namespace spanhound::server {

class FileWatch {
 public:
  explicit FileWatch(uint32_t interval_ms) : interval_ms_(interval_ms) {}
  ~FileWatch();

  // Before Start. `reload` is called from the thread when one of `paths` has changed; that it was,
  // or why it failed, is logged with `what`. A failed one is tried again at the next change.
  void Add(std::string what, std::vector<std::string> paths, std::function<Status()> reload);
  void Start();

 private:
  struct Watched {
    std::string what;
    std::vector<std::string> paths;
    std::function<Status()> reload;
    std::string seen;  // what stat said of them
  };

  void Run();

  const uint32_t interval_ms_;
  std::vector<Watched> watched_;  // the thread's, once started
  std::mutex mutex_;
  std::condition_variable stop_;
  bool is_stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace spanhound::server
