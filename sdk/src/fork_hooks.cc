#include "fork_hooks.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

namespace spanhound::sdk {
namespace {

std::atomic<std::uint64_t> generation{0};

class Hooks {
 public:
  // Never destroyed: children may be made while statics go away.
  static Hooks& Instance() {
    static Hooks& hooks = *[] {
      auto* const made = new Hooks();
      pthread_atfork([] { Instance().Before(); }, [] { Instance().InParent(); },
                     [] { Instance().InChild(); });
      return made;
    }();
    return hooks;
  }

  void Add(std::shared_ptr<ForkCallbacks> callbacks) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(callbacks));
  }
  void Remove(const std::shared_ptr<ForkCallbacks>& callbacks) {
    const std::lock_guard lock(mutex_);
    all_.erase(std::remove(all_.begin(), all_.end(), callbacks), all_.end());
  }

 private:
  void Before() {
    mutex_.lock();
    for (const auto& each : all_) each->before();
  }
  void InParent() {
    for (const auto& each : all_) each->in_parent();
    mutex_.unlock();
  }
  void InChild() {
    ++generation;
    for (const auto& each : all_) each->in_child();
    mutex_.unlock();
  }

  std::mutex mutex_;
  std::vector<std::shared_ptr<ForkCallbacks>> all_;
};

}  // namespace

ForkRegistration::ForkRegistration(ForkCallbacks callbacks)
    : callbacks_(std::make_shared<ForkCallbacks>(std::move(callbacks))) {
  Hooks::Instance().Add(callbacks_);
}

ForkRegistration::~ForkRegistration() { Hooks::Instance().Remove(callbacks_); }

std::uint64_t ForkGeneration() {
  Hooks::Instance();
  return generation.load(std::memory_order_relaxed);
}

}  // namespace spanhound::sdk
