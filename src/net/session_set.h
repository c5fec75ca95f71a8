// SessionSet: the open connections of a server, so that there are not too many and that stopping
// can wait for them. A session is made here, inherits enable_shared_from_this, owns itself by its
// pending I/O, and removes itself in its destructor. Any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

namespace spanhound::net {

template <typename Session>
class SessionSet {
 public:
  enum class Refusal { kNone, kFull, kStopping };

  // Makes a session unless there are `count_max` already or the server stops.
  template <typename Make>
  Refusal Admit(size_t count_max, Make make, std::shared_ptr<Session>* session) {
    std::lock_guard lock(mutex_);
    if (is_stopping_) return Refusal::kStopping;
    if (sessions_.size() >= count_max) return Refusal::kFull;
    *session = make();
    sessions_.insert(session->get());
    return Refusal::kNone;
  }

  void Remove(Session* session) {
    std::lock_guard lock(mutex_);
    sessions_.erase(session);
    ended_.notify_all();
  }

  // From now on none is admitted. The sessions there are; some may be ending right now.
  std::vector<std::shared_ptr<Session>> BeginStop() {
    std::vector<std::shared_ptr<Session>> alive;
    std::lock_guard lock(mutex_);
    is_stopping_ = true;
    for (Session* session : sessions_) {
      if (auto one = session->weak_from_this().lock()) alive.push_back(std::move(one));
    }
    return alive;
  }

  // Until none is left, or the time is over.
  void WaitUntilEmpty(uint32_t deadline_ms) {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, std::chrono::milliseconds(deadline_ms),
                    [this] { return sessions_.empty(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  std::unordered_set<Session*> sessions_;  // guarded by mutex_
  bool is_stopping_ = false;               // guarded by mutex_
};

}  // namespace spanhound::net
