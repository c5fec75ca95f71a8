// CHECK: for bugs only. Prints where and what, then aborts. Never reachable from the network or a
// damaged file; those return a Status. DCHECK is compiled out of release builds.
#pragma once

namespace spanhound {

[[noreturn]] void CheckFailed(const char* file, int line, const char* expression);

}  // namespace spanhound

#define CHECK(condition) \
  ((condition) ? (void)0 : ::spanhound::CheckFailed(__FILE__, __LINE__, #condition))

#ifdef NDEBUG
#define DCHECK(condition) ((void)sizeof(!(condition)))
#else
#define DCHECK(condition) CHECK(condition)
#endif
