// A list that needs the heap only when it grows beyond its first kInline elements.
//
// Threads: one at a time. Failure: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace spanhound::sdk {

template <typename T, std::size_t kInline>
class SmallList {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  void push_back(const T& element) {
    if (size_ == kInline) more_.assign(first(), first() + kInline);
    if (size_ < kInline) {
      new (first() + size_) T(element);
    } else {
      more_.push_back(element);
    }
    ++size_;
  }
  template <typename... Arguments>
  void emplace_back(Arguments&&... arguments) {
    push_back(T(std::forward<Arguments>(arguments)...));
  }
  void erase(std::size_t index) {
    std::copy(begin() + index + 1, end(), begin() + index);
    if (size_ > kInline) more_.pop_back();
    --size_;
    if (size_ == kInline) std::copy(more_.begin(), more_.end(), first());
  }

  std::size_t size() const { return size_; }
  T* begin() { return size_ > kInline ? more_.data() : first(); }
  const T* begin() const { return size_ > kInline ? more_.data() : first(); }
  T* end() { return begin() + size_; }
  T& operator[](std::size_t index) { return begin()[index]; }

 private:
  T* first() { return std::launder(reinterpret_cast<T*>(first_)); }
  const T* first() const { return std::launder(reinterpret_cast<const T*>(first_)); }

  alignas(T) std::byte first_[kInline * sizeof(T)];  // unset beyond size_
  std::vector<T> more_;  // all of them, once there are more than kInline
  std::size_t size_ = 0;
};

}  // namespace spanhound::sdk
