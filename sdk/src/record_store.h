// The bytes of queued records, copied one behind the other into large pieces of memory, which are
// used again: what a span was written in never leaves its thread, and no other thread frees it.
// Takes at most a piece more than the records themselves, and keeps kSparePiecesMax for later,
// because the system gives new memory slowly, page by page.
//
// Threads: one at a time. Failure: none.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

namespace spanhound::sdk {

inline constexpr std::size_t kRecordPieceBytes = 64u << 10;
inline constexpr std::size_t kSparePiecesMax = 16;  // 1 MiB, a full queue of usual spans

class RecordStore {
 public:
  // The copy; it stays until DropOldest.
  std::string_view Add(std::string_view bytes);
  void DropOldest(std::size_t records);

 private:
  struct Piece {
    std::unique_ptr<char[]> memory = {};
    std::size_t size = 0;
    std::size_t used = 0;
    std::size_t records = 0;  // in it that are not dropped
  };

  Piece TakePiece(std::size_t bytes_min);

  std::deque<Piece> pieces_;  // oldest first
  std::vector<Piece> spare_;
};

}  // namespace spanhound::sdk
