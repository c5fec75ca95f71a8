#include "record_store.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace spanhound::sdk {

std::string_view RecordStore::Add(std::string_view bytes) {
  if (pieces_.empty() || pieces_.back().size - pieces_.back().used < bytes.size()) {
    pieces_.push_back(TakePiece(bytes.size()));
  }
  Piece& piece = pieces_.back();
  char* const copy = piece.memory.get() + piece.used;
  std::memcpy(copy, bytes.data(), bytes.size());
  piece.used += bytes.size();
  ++piece.records;
  return {copy, bytes.size()};
}

RecordStore::Piece RecordStore::TakePiece(std::size_t bytes_min) {
  Piece piece;
  if (bytes_min <= kRecordPieceBytes && !spare_.empty()) {
    piece = std::move(spare_.back());
    spare_.pop_back();
  } else {
    piece.size = std::max(bytes_min, kRecordPieceBytes);
    piece.memory = std::make_unique_for_overwrite<char[]>(piece.size);
  }
  return piece;
}

void RecordStore::DropOldest(std::size_t records) {
  while (records > 0 && !pieces_.empty()) {
    Piece& oldest = pieces_.front();
    const std::size_t here = std::min(records, oldest.records);
    records -= here;
    oldest.records -= here;
    if (oldest.records > 0) return;
    oldest.used = 0;
    const bool usual = oldest.size == kRecordPieceBytes;
    if (usual && spare_.size() < kSparePiecesMax) spare_.push_back(std::move(oldest));
    pieces_.pop_front();
  }
}

}  // namespace spanhound::sdk
