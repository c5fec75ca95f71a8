#include "service/exit_signal.h"

#include <cstring>
#include <iostream>

namespace service {

ExitSignal::ExitSignal() {
  sigemptyset(&signals_);
  for (const int number : {SIGHUP, SIGINT, SIGTERM, SIGQUIT}) sigaddset(&signals_, number);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void ExitSignal::Wait() const {
  int number = 0;
  sigwait(&signals_, &number);
  std::cout << "receive exit signal SIG" << sigabbrev_np(number) << ",exit..." << std::endl;
}

}  // namespace service
