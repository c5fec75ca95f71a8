// The whole server: opens the store, starts every door in flow order, stops all of them at once.
// One object, one thread; the doors inside have threads of their own.
#pragma once

#include <memory>

#include "base/status.h"
#include "server/config.h"

namespace spanhound::server {

class Server {
 public:
  // Everything listens and the store is recovered when it returns. Fails as a whole: a port that
  // is taken or a damaged store leaves nothing running.
  static Result<std::unique_ptr<Server>> Start(Config config);
  virtual ~Server() = default;

  // Stops accepting, lets running requests finish, flushes the store. Once.
  virtual Status Stop() = 0;
};

}  // namespace spanhound::server
