// Bytes that grow at their end. Whoever appends asks for room once and writes there itself: a
// string looks at its room, and calls a function, for each piece it is given.
//
// Threads: one at a time. Failure: none.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace spanhound::sdk {

class ByteBuffer {
 public:
  // `first`: the owner's memory, used until more is needed than fits.
  explicit ByteBuffer(std::span<char> first = {})
      : begin_(first.data()), end_(begin_), limit_(begin_ + first.size()) {}
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;

  // Where the next `bytes` may be written. They count once EndAt says how far they go.
  char* Room(std::size_t bytes) {
    if (static_cast<std::size_t>(limit_ - end_) < bytes) Grow(bytes);
    return end_;
  }
  void EndAt(char* end) { end_ = end; }

  void Truncate(std::size_t size) { end_ = begin_ + size; }
  // What comes behind moves up.
  void Erase(std::size_t at, std::size_t bytes);

  std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }
  char* data() { return begin_; }
  std::string_view view() const { return {begin_, size()}; }

 private:
  void Grow(std::size_t bytes);

  char* begin_;
  char* end_;
  char* limit_;
  std::unique_ptr<char[]> heap_;
};

}  // namespace spanhound::sdk
