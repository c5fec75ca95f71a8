#include "base/arena.h"

#include <algorithm>

namespace spanhound {
namespace {

constexpr size_t kFirstBlockBytes = 4 * 1024;
constexpr size_t kBlockBytesMax = 256 * 1024;

}  // namespace

void* Arena::AllocateFromNewBlock(size_t bytes, size_t align) {
  // Blocks double, so that a tiny batch stays small and a big one needs few blocks.
  size_t doubled = std::clamp(allocated_bytes_, kFirstBlockBytes, kBlockBytesMax);
  size_t block_bytes = std::max(doubled, bytes + align);
  blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_bytes));
  allocated_bytes_ += block_bytes;
  next_ = blocks_.back().get();
  end_ = next_ + block_bytes;
  return Allocate(bytes, align);
}

void Arena::Absorb(Arena&& other) {
  for (auto& block : other.blocks_) blocks_.push_back(std::move(block));
  allocated_bytes_ += other.allocated_bytes_;
  other = Arena();
}

}  // namespace spanhound
