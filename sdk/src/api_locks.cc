#include "api_locks.h"

#include <opentelemetry/common/spin_lock_mutex.h>
#include <opentelemetry/context/propagation/global_propagator.h>
#include <opentelemetry/logs/provider.h>
#include <opentelemetry/trace/provider.h>

#include <array>

#include "fork_hooks.h"

namespace spanhound::sdk {
namespace {

using Lock = opentelemetry::common::SpinLockMutex;
using Propagator = opentelemetry::context::propagation::GlobalTextMapPropagator;

// The way to a private static function: an explicit instantiation may name it.
template <typename Owner, Lock& (*kGetLock)() noexcept>
struct Access {
  friend Lock& LockIn(Owner*) { return kGetLock(); }
};
Lock& LockIn(opentelemetry::trace::Provider*);
Lock& LockIn(opentelemetry::logs::Provider*);
Lock& LockIn(Propagator*);
template struct Access<opentelemetry::trace::Provider, &opentelemetry::trace::Provider::GetLock>;
template struct Access<opentelemetry::logs::Provider, &opentelemetry::logs::Provider::GetLock>;
template struct Access<Propagator, &Propagator::GetLock>;

std::array<Lock*, 3> ApiLocks() {
  return {&LockIn(static_cast<opentelemetry::trace::Provider*>(nullptr)),
          &LockIn(static_cast<opentelemetry::logs::Provider*>(nullptr)),
          &LockIn(static_cast<Propagator*>(nullptr))};
}

void UnlockAll() {
  for (Lock* lock : ApiLocks()) lock->unlock();
}

}  // namespace

void FreeApiLocksInChildren() {
  static const ForkRegistration registration({.before =
                                                  [] {
                                                    for (Lock* lock : ApiLocks()) lock->lock();
                                                  },
                                              .in_parent = UnlockAll,
                                              .in_child = UnlockAll});
}

}  // namespace spanhound::sdk
