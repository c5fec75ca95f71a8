#include "base/thread_priority.h"

#include <sys/resource.h>

namespace spanhound {
namespace {

// Of 20: far below the others, not starved.
constexpr int kBackgroundNice = 10;

}  // namespace

void LowerThreadPriority() {
  // Linux counts niceness by thread, and 0 is the caller.
  (void)setpriority(PRIO_PROCESS, 0, kBackgroundNice);
}

}  // namespace spanhound
