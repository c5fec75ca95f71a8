// Looks at every file of a closed store and changes none: all checksums, all that must hold inside
// a file and between files. For `spanhound check` and tests. docs/format/ says what should be
// there. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/file.h"
#include "base/status.h"

namespace spanhound::store {

// What is wrong with one file.
struct CheckFinding {
  // False: nothing is lost by it. A crash leaves half-written files and a torn end of the log, and
  // the next start removes them; other files do not belong to the store.
  bool is_damage = false;
  std::string what;  // "path: what, where"
};

// What was looked at.
struct CheckTotals {
  uint64_t blocks = 0;
  uint64_t block_bytes = 0;
  uint64_t log_segments = 0;
  uint64_t log_bytes = 0;
  uint64_t spans = 0;  // in blocks and log; what was sent twice counts twice until it is merged
  uint64_t logs = 0;
  uint64_t tenants = 0;
};

// Calls `report` once for every file that is not as it should be, as soon as it is found, and goes
// on. FAILED_PRECONDITION while a process has the store open, NOT_FOUND if there is no store.
Result<CheckTotals> CheckDirectory(FileSystem& files, const std::string& directory,
                                   const std::function<void(const CheckFinding&)>& report);

}  // namespace spanhound::store
