// SIGHUP, SIGINT, SIGTERM and SIGQUIT as one event that main waits for.
#pragma once

#include <csignal>

namespace service {

class ExitSignal {
 public:
  // Construct first in main: threads started later inherit the mask, so that the signals stay
  // pending for Wait instead of killing the process in some thread. A peer that went away while it
  // is written to (SIGPIPE) kills nothing either.
  ExitSignal();

  // Blocks until one arrives and says so on stdout.
  void Wait() const;

 private:
  sigset_t signals_;
};

}  // namespace service
