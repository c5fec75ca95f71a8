// HeadBudget: who may put how much into the head. Rows wait for their log record and then in memory
// until a flush; past bytes_max nobody may add more, and who brings a batch may wait for room: work
// that was done for it is not thrown away, and nobody takes on new work meanwhile. While there is
// more than one tenant none of them may hold more than its share, so that one that floods leaves
// room for the others. And there may be only so many tenants, because each costs files of its own
// at every flush. Any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/hash_map.h"
#include "base/metrics.h"
#include "base/status.h"

namespace spanhound::store {

struct HeadLimits {
  uint64_t bytes_max;
  double tenant_share;  // of bytes_max, for one tenant among several
  uint32_t tenants_max;
};

// What is in the head.
struct HeadUse {
  uint64_t bytes = 0;
  uint64_t tenant_bytes = 0;  // of the tenant in question
};

class HeadBudget {
 public:
  // `tenants` lists those with data in the store, in any order, and may be slow. `clock` and
  // `metrics` outlive the budget.
  HeadBudget(HeadLimits limits, const Clock& clock, Metrics& metrics,
             std::function<std::vector<std::string>()> tenants);

  // Takes `bytes` for a batch on its way to a head as described by `head`, until Release.
  // RESOURCE_EXHAUSTED: try again later. FAILED_PRECONDITION: one tenant too many.
  Status Reserve(std::string_view tenant, uint64_t bytes, const HeadUse& head);
  // The same, but waits while the head is full. Not for a tenant's share: others have room then,
  // and need the thread. `head` is asked again and again and must not call back.
  Status ReserveOrWait(std::string_view tenant, uint64_t bytes,
                       const std::function<HeadUse()>& head, std::chrono::milliseconds wait_max);
  // There may be room again.
  void NoteRoom();
  // The batch is in the head now, or was refused after all.
  void Release(std::string_view tenant, uint64_t bytes);

 private:
  enum class Verdict { kTaken, kFull, kOverShare, kTooManyTenants };

  Verdict TryReserve(std::string_view tenant, uint64_t bytes, const HeadUse& head);
  Status StatusOf(Verdict verdict);
  bool Knows(std::string_view tenant);
  bool IsOverShare(std::string_view tenant, uint64_t held_bytes);
  bool IsAlone(std::string_view tenant) const;
  void RefreshTenants();

  const HeadLimits limits_;
  const uint64_t tenant_bytes_max_;
  const Clock& clock_;
  const std::function<std::vector<std::string>()> tenants_;
  Counter& refused_full_;
  Counter& refused_share_;
  Counter& refused_tenants_;

  std::mutex mutex_;
  std::condition_variable room_;
  uint64_t pending_bytes_ = 0;             // guarded by mutex_
  StringMap<uint64_t> pending_of_tenant_;  // guarded by mutex_: of every known tenant
  int64_t refresh_due_nanos_ = INT64_MIN;  // guarded by mutex_
};

}  // namespace spanhound::store
