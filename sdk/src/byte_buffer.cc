#include "byte_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace spanhound::sdk {
namespace {

constexpr std::size_t kLeastHeapBytes = 512;

}  // namespace

void ByteBuffer::Grow(std::size_t bytes) {
  const std::size_t size = this->size();
  const std::size_t capacity =
      std::max({kLeastHeapBytes, 2 * static_cast<std::size_t>(limit_ - begin_), size + bytes});
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (size > 0) std::memcpy(larger.get(), begin_, size);
  heap_ = std::move(larger);
  begin_ = heap_.get();
  end_ = begin_ + size;
  limit_ = begin_ + capacity;
}

void ByteBuffer::Erase(std::size_t at, std::size_t bytes) {
  char* const gone = begin_ + at;
  std::memmove(gone, gone + bytes, size() - at - bytes);
  end_ -= bytes;
}

}  // namespace spanhound::sdk
