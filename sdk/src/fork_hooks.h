// What must happen around fork(): the child has one thread, and locks that other threads of the
// parent held stay locked in it for ever.
//
// The kit's rule: in the child everything that has a thread, a socket or a condition variable is
// made anew, and the old one is left behind unused. Registered callbacks do it.
//
// Threads: all functions, any thread. Callbacks run on the thread that forks, in the child while it
// is the only one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace spanhound::sdk {

struct ForkCallbacks {
  std::function<void()> before = [] {};     // e.g. lock what the child must find unlocked
  std::function<void()> in_parent = [] {};  // e.g. unlock it
  std::function<void()> in_child = [] {};
};

// Registered while it lives.
class ForkRegistration {
 public:
  explicit ForkRegistration(ForkCallbacks callbacks);
  ~ForkRegistration();
  ForkRegistration(const ForkRegistration&) = delete;
  ForkRegistration& operator=(const ForkRegistration&) = delete;

 private:
  std::shared_ptr<ForkCallbacks> callbacks_;
};

// Another number in every child: for state of threads that must not be the parent's.
std::uint64_t ForkGeneration();

}  // namespace spanhound::sdk
