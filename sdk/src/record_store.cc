#include "record_store.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace spanhound::sdk {

std::string_view RecordStore::Add(std::string_view bytes) {
  if (pieces_.empty() || pieces_.back().size - pieces_.back().used < bytes.size()) {
    Piece piece = std::exchange(spare_, Piece());
    if (piece.size < std::max<std::size_t>(bytes.size(), 1)) {
      piece.size = std::max(bytes.size(), kRecordPieceBytes);
      piece.memory = std::make_unique_for_overwrite<char[]>(piece.size);
    }
    pieces_.push_back(std::move(piece));
  }
  Piece& piece = pieces_.back();
  char* const copy = piece.memory.get() + piece.used;
  std::memcpy(copy, bytes.data(), bytes.size());
  piece.used += bytes.size();
  ++piece.records;
  return {copy, bytes.size()};
}

void RecordStore::DropOldest(std::size_t records) {
  while (records > 0 && !pieces_.empty()) {
    Piece& oldest = pieces_.front();
    const std::size_t here = std::min(records, oldest.records);
    records -= here;
    oldest.records -= here;
    if (oldest.records > 0) return;
    oldest.used = 0;
    if (oldest.size == kRecordPieceBytes) spare_ = std::move(oldest);
    pieces_.pop_front();
  }
}

}  // namespace spanhound::sdk
