// The values one column has in one row group: as codes of the block's dictionary, or themselves.
// docs/format/block.md has the bytes. Writing and reading are pure; values read point into the
// bytes, the dictionary and `memory`.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/bytes.h"
#include "store/block/value_column.h"
#include "store/columns/decode_memory.h"

namespace spanhound::store {

// `codes` of `column`, in the order of the rows that have a value. Nothing is written for values of
// type kEmpty.
void AppendGroupValues(std::string& out, const ValueColumn& column, model::ValueType type,
                       std::span<const uint32_t> codes);

// The dictionary of a column, as written once in a block.
void AppendDictionary(std::string& out, const ValueColumn& column, model::ValueType type);

struct ValueDictionary {
  std::vector<model::AttributeValue> values;  // by code
  std::string bytes;                          // what they point into,
  std::string decompressed;                   // or this
  Arena arena;

  uint64_t allocated_bytes() const {
    return values.capacity() * sizeof(model::AttributeValue) + bytes.capacity() +
           decompressed.capacity() + arena.allocated_bytes();
  }
};
// Null on damaged bytes. `entry_count` bounded by kDictionaryEntriesMax.
std::shared_ptr<const ValueDictionary> ReadDictionary(std::string bytes, model::ValueType type,
                                                      size_t entry_count);

class GroupValues {
 public:
  GroupValues() = default;
  GroupValues(const GroupValues&) = delete;  // values point into it
  GroupValues& operator=(const GroupValues&) = delete;

  // False on damaged bytes or past the budget. `bytes` and `dictionary` (null if the column has
  // none) outlive the values.
  bool Read(std::string_view bytes, model::ValueType type, size_t value_count,
            const ValueDictionary* dictionary, DecodeMemory& memory);

  // `index` below the count of values.
  const model::AttributeValue& At(size_t index) const {
    return own_.empty() ? (*entries_)[CodeAt(index)] : own_[index];
  }

 private:
  bool ReadTexts(ByteReader& in, model::ValueType type, size_t value_count, DecodeMemory& memory);
  bool ReadNumbers(ByteReader& in, model::ValueType type, size_t value_count);
  bool ReadCodes(ByteReader& in, uint8_t mode, size_t value_count);
  size_t CodeAt(size_t index) const;

  // Either all values, or codes of `entries_` in one of three forms.
  std::vector<model::AttributeValue> own_;
  const std::vector<model::AttributeValue>* entries_ = nullptr;
  size_t constant_ = 0;
  std::vector<uint64_t> codes_;
  std::string_view packed_;
  int packed_width_ = 0;
  std::string storage_;
};

}  // namespace spanhound::store
