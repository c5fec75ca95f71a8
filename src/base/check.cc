#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace spanhound {

void CheckFailed(const char* file, int line, const char* expression) {
  std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", file, line, expression);
  std::abort();
}

}  // namespace spanhound
