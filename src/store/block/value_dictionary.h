// The dictionary of a value column, which stands once in a block: its entries by code. Text stands
// in pieces that are compressed each by itself, so that who needs few entries decodes few pieces:
// a trace by id needs two entries of each of sixty dictionaries. docs/format/block.md has the
// bytes. Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/bytes.h"
#include "store/block/value_column.h"
#include "store/columns/decode_memory.h"
#include "store/encoding/planes.h"

namespace spanhound::store {

void AppendDictionary(std::string& out, const ValueColumn& column, model::ValueType type);

// The value that stands as `text` in a column: strings and bytes themselves, arrays and lists
// encoded. False on damage.
bool ValueOfText(std::string_view text, model::ValueType type, DecodeMemory& memory,
                 model::AttributeValue* value);

// How the text of a dictionary stands.
enum class DictionaryText : uint8_t { kOneBlob, kPieces };

class ValueDictionary {
 public:
  // Null on damaged bytes. `entry_count` bounded by kDictionaryEntriesMax.
  static std::shared_ptr<const ValueDictionary> Open(std::string bytes, model::ValueType type,
                                                     size_t entry_count, DictionaryText text);
  ValueDictionary(const ValueDictionary&) = delete;  // values point into it
  ValueDictionary& operator=(const ValueDictionary&) = delete;

  size_t size() const { return entry_count_; }

  // Entries stay where they are as long as the dictionary lives. Null for a code that is not below
  // the size, or whose piece is damaged.
  const model::AttributeValue* Find(size_t code) const {
    if (code >= entry_count_) return nullptr;
    if (is_decoded_.load(std::memory_order_acquire)) return &values_[code];
    return FindInPieces(code);
  }
  // Nothing if a piece is damaged.
  std::optional<std::span<const model::AttributeValue>> All() const;
  // Of an entry that was handed out; nothing for other values.
  std::optional<size_t> CodeOf(const model::AttributeValue& value) const;

  // Once all of it is decoded: it does not grow in a cache behind its back.
  uint64_t allocated_bytes() const;

 private:
  struct Piece {
    uint32_t first_code = 0;
    uint32_t end_code = 0;
    std::string_view blob;
    std::string storage;  // of its text, if that was compressed
    std::atomic<bool> is_decoded = false;
  };

  ValueDictionary(std::string bytes, model::ValueType type, size_t entry_count);

  // False on damage, as below.
  bool OpenNumbers();
  bool OpenPieces(DictionaryText text);
  bool FindPieces(std::string_view bytes, DictionaryText text);
  bool DecodePiece(Piece& piece) const;
  bool DecodeAll() const;
  const model::AttributeValue* FindInPieces(size_t code) const;

  std::string bytes_;
  const model::ValueType type_;
  const size_t entry_count_;
  // By code; those of a piece that is not decoded are not constructed, nor is their memory touched.
  const std::unique_ptr<std::byte[]> value_bytes_;
  model::AttributeValue* const values_;
  OpenPlanes lengths_;  // of text
  mutable std::vector<std::unique_ptr<Piece>> pieces_;
  uint64_t text_bytes_ = 0;                       // of all pieces
  mutable std::mutex mutex_;                      // of decoding
  mutable Arena arena_;                           // of arrays and lists
  mutable std::atomic<bool> is_decoded_ = false;  // all of it
};

}  // namespace spanhound::store
