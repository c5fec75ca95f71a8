// What a batch owns: the buffers it was decoded from and an arena for what had to be made. All
// views inside the batch point into one of the two and die with it. Movable, not copyable; moving
// keeps every view valid. One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"

namespace spanhound::model {

class BatchMemory {
 public:
  Arena& arena() { return arena_; }

  // Takes over `bytes` without copying and returns the view of them that stays valid.
  std::string_view Adopt(std::string bytes) {
    adopted_bytes_ += bytes.capacity();
    buffers_.push_back(std::make_unique<std::string>(std::move(bytes)));
    return *buffers_.back();
  }

  // Takes over what `other` owns; its views stay valid.
  void Absorb(BatchMemory&& other) {
    arena_.Absorb(std::move(other.arena_));
    for (auto& buffer : other.buffers_) buffers_.push_back(std::move(buffer));
    adopted_bytes_ += other.adopted_bytes_;
    other = BatchMemory();
  }

  size_t allocated_bytes() const { return arena_.allocated_bytes() + adopted_bytes_; }

 private:
  Arena arena_;
  std::vector<std::unique_ptr<std::string>> buffers_;  // pointers: small strings move otherwise
  size_t adopted_bytes_ = 0;
};

}  // namespace spanhound::model
