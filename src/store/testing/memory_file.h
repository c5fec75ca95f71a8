// MemoryFile: one file of MemoryFileSystem, twice: what programs see, and what the disk has. The
// two differ by what was written since the last sync, and by what a failed sync gave up: the kernel
// marks such pages clean, so that the next sync "succeeds" without them. For tests only; one thread
// at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"

namespace spanhound::store {

class MemoryFile {
 public:
  // What programs see.
  const std::string& bytes() const { return seen_; }

  void Append(std::string_view bytes) { Write(seen_.size(), bytes); }
  void Write(uint64_t offset, std::string_view bytes) {
    if (bytes.empty()) return;
    dirty_.emplace_back(offset, bytes.size());
    if (seen_.size() < offset + bytes.size()) seen_.resize(offset + bytes.size());
    seen_.replace(offset, bytes.size(), bytes);
  }
  void Truncate(uint64_t size) {
    seen_.resize(size);
    for (Range& range : dirty_) {
      range.second = range.first < size ? std::min(range.second, size - range.first) : 0;
    }
    cut_to_ = std::min(cut_to_, size);
  }

  void Sync() {
    ApplyCut();
    for (const auto& [offset, size] : dirty_) CopyToDisk(offset, size);
    disk_.resize(seen_.size());
    dirty_.clear();
  }

  // Some pages were written, the others never will be.
  void FailSync(Random& random) {
    WritePages(random);
    dirty_.clear();
  }

  // The power is gone: of what was not synced, in any order, some reached the disk.
  void Lose(Random& random) {
    if (random.Below(4) != 0) ApplyCut();
    switch (random.Below(4)) {
      case 0: break;
      case 1: Sync(); break;
      case 2: WriteBeginning(random); break;
      default: WritePages(random); break;
    }
    // A new size lasts on its own: bytes that never came read as zeros.
    if (disk_.size() < seen_.size() && random.Below(4) == 0) {
      disk_.resize(disk_.size() + random.Below(seen_.size() - disk_.size() + 1));
    }
    seen_ = disk_;
    dirty_.clear();
    cut_to_ = UINT64_MAX;
  }

 private:
  using Range = std::pair<uint64_t, uint64_t>;  // offset, size

  void ApplyCut() {
    if (cut_to_ < disk_.size()) disk_.resize(cut_to_);
    cut_to_ = UINT64_MAX;
  }

  void CopyToDisk(uint64_t offset, uint64_t size) {
    if (size == 0) return;
    if (disk_.size() < offset + size) disk_.resize(offset + size);
    disk_.replace(offset, size, std::string_view(seen_).substr(offset, size));
  }

  void WriteBeginning(Random& random) {
    uint64_t left = 0;
    for (const Range& range : dirty_) left += range.second;
    left = random.Below(left + 1);
    for (const auto& [offset, size] : dirty_) {
      CopyToDisk(offset, std::min(size, left));
      left -= std::min(size, left);
    }
  }

  // Disks have pages of 512 or 4,096 bytes; smaller ones tear small files as well.
  void WritePages(Random& random) {
    constexpr uint64_t kPageBytes[] = {1, 16, 64, 512, 4096};
    const uint64_t page = kPageBytes[random.Below(std::size(kPageBytes))];
    for (const auto& [offset, size] : dirty_) {
      for (uint64_t at = offset; at < offset + size;) {
        const uint64_t end = std::min((at / page + 1) * page, offset + size);
        if (random.Below(2) == 0) CopyToDisk(at, end - at);
        at = end;
      }
    }
  }

  std::string seen_;
  std::string disk_;
  std::vector<Range> dirty_;      // written since the last sync, in order
  uint64_t cut_to_ = UINT64_MAX;  // smallest size since the last sync
};

}  // namespace spanhound::store
