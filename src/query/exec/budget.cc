#include "query/exec/budget.h"

#include <string>

namespace spanhound::query {

Status Budget::Check() const {
  if (!cancelled_.load(std::memory_order_relaxed)) return Status::Ok();
  return Status(Code::kCancelled, "the query was cancelled");
}

Status Budget::Exceeded() const {
  return ResourceExhausted("the answer needs more than the " +
                           std::to_string(memory_bytes_max_ >> 20) +
                           " MiB a query may use: narrow the time range, lower the limit, or ask "
                           "for summaries instead of whole traces");
}

Status Budget::Charge(uint64_t bytes) {
  if (bytes > memory_bytes_left()) return Exceeded();
  memory_bytes_used_ += bytes;
  return Status::Ok();
}

}  // namespace spanhound::query
