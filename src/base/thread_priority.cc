#include "base/thread_priority.h"

#include <sys/resource.h>

namespace spanhound {
namespace {

// A third of the weight of a normal thread: it yields, but keeps up when everybody is busy for
// hours.
constexpr int kBackgroundNice = 5;

}  // namespace

void LowerThreadPriority() {
  // Linux counts niceness by thread, and 0 is the caller.
  (void)setpriority(PRIO_PROCESS, 0, kBackgroundNice);
}

}  // namespace spanhound
