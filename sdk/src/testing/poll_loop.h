// The smallest event loop an asynchronous connection of hiredis can live in, for tests.
#pragma once

#include <hiredis/async.h>
#include <poll.h>

namespace spanhound::sdk::testing {

class PollLoop {
 public:
  explicit PollLoop(redisAsyncContext* connection) : connection_(connection) {
    connection->ev.data = this;
    connection->ev.addRead = [](void* loop) { static_cast<PollLoop*>(loop)->reading_ = true; };
    connection->ev.delRead = [](void* loop) { static_cast<PollLoop*>(loop)->reading_ = false; };
    connection->ev.addWrite = [](void* loop) { static_cast<PollLoop*>(loop)->writing_ = true; };
    connection->ev.delWrite = [](void* loop) { static_cast<PollLoop*>(loop)->writing_ = false; };
    connection->ev.cleanup = [](void* loop) { static_cast<PollLoop*>(loop)->gone_ = true; };
  }

  // Until `done`, or nothing happened for five seconds, or the connection is gone.
  void RunUntil(const bool& done) {
    while (!done && !gone_) {
      pollfd wanted = {connection_->c.fd, 0, 0};
      if (reading_) wanted.events |= POLLIN;
      if (writing_) wanted.events |= POLLOUT;
      if (poll(&wanted, 1, 5000) <= 0) return;
      if (wanted.revents & POLLOUT) redisAsyncHandleWrite(connection_);
      if (!gone_ && wanted.revents & (POLLIN | POLLHUP | POLLERR)) {
        redisAsyncHandleRead(connection_);
      }
    }
  }

 private:
  redisAsyncContext* connection_;
  bool reading_ = false, writing_ = false, gone_ = false;
};

}  // namespace spanhound::sdk::testing
