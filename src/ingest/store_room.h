// StoreRoom: remembers for a moment that the store had no room for a tenant, so that the next
// requests are turned away before they are read and decoded instead of after. The store has room
// again when a block is written, a matter of seconds; until then a few an interval try.
// Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/hash_map.h"

namespace spanhound::ingest {

class StoreRoom {
 public:
  explicit StoreRoom(const Clock& clock) : clock_(clock) {}

  // `why` in the store's words. Only tenants the store knows can be full, so that they are few.
  void NoteFull(const std::string& tenant, std::string why);
  // Nothing, or why there is no room.
  std::optional<std::string> WhyFull(std::string_view tenant);

 private:
  struct Full {
    int64_t until_nanos;
    std::string why;
  };

  const Clock& clock_;
  std::mutex mutex_;
  StringMap<Full> full_;  // guarded by mutex_
};

}  // namespace spanhound::ingest
