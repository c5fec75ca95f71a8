// Arena: bump allocator whose memory lives until the arena dies. What a decoded batch needs is
// freed at once with it. Holds trivially destructible things only. One thread at a time.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace spanhound {

class Arena {
 public:
  Arena() = default;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  void* Allocate(size_t bytes, size_t align = alignof(std::max_align_t)) {
    size_t start = (reinterpret_cast<size_t>(next_) + align - 1) & ~(align - 1);
    if (next_ == nullptr || start + bytes > reinterpret_cast<size_t>(end_)) {
      return AllocateFromNewBlock(bytes, align);
    }
    next_ = reinterpret_cast<char*>(start + bytes);
    return reinterpret_cast<void*>(start);
  }

  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = static_cast<char*>(Allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  // Uninitialised room for `count` values; the caller constructs them.
  template <typename T>
  std::span<T> AllocateArray(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count == 0) return {};
    return {static_cast<T*>(Allocate(count * sizeof(T), alignof(T))), count};
  }

  template <typename T>
  std::span<T> CopyArray(std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::span<T> to = AllocateArray<T>(values.size());
    if (!values.empty()) {
      std::memcpy(static_cast<void*>(to.data()), values.data(), values.size_bytes());
    }
    return to;
  }

  // Takes over what `other` has handed out.
  void Absorb(Arena&& other);

  // Bytes taken from the system, for memory budgets.
  size_t allocated_bytes() const { return allocated_bytes_; }

 private:
  void* AllocateFromNewBlock(size_t bytes, size_t align);

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  char* end_ = nullptr;
  size_t allocated_bytes_ = 0;
};

}  // namespace spanhound
