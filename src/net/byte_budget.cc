#include "net/byte_budget.h"

namespace spanhound::net {

bool ByteBudget::Take(size_t bytes) {
  size_t before = used_.fetch_add(bytes, std::memory_order_relaxed);
  if (before + bytes <= bytes_max_) return true;
  Give(bytes);
  return false;
}

}  // namespace spanhound::net
