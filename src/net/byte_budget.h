// ByteBudget: the bytes that requests may hold at once, of one server or of several that share it:
// a process has one memory, however many ports it listens on. Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace spanhound::net {

class ByteBudget {
 public:
  explicit ByteBudget(size_t bytes_max) : bytes_max_(bytes_max) {}
  bool Take(size_t bytes);
  void Give(size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  // Others hold what these bytes need; nothing is taken.
  bool IsFullFor(uint64_t bytes) const {
    return bytes > 0 && bytes <= bytes_max_ && used() > bytes_max_ - bytes;
  }
  size_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  const size_t bytes_max_;
  std::atomic<size_t> used_{0};
};

// `shared`, or if there is none a budget of one's own.
inline std::shared_ptr<ByteBudget> BudgetOr(std::shared_ptr<ByteBudget> shared, size_t bytes_max) {
  return shared ? std::move(shared) : std::make_shared<ByteBudget>(bytes_max);
}

}  // namespace spanhound::net
