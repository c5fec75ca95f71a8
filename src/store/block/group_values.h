// The values one column has in one row group: as codes of the block's dictionary, or themselves.
// docs/format/block.md has the bytes. Writing and reading are pure; values read point into the
// bytes, the dictionary and `memory`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "store/block/value_column.h"
#include "store/block/value_dictionary.h"
#include "store/columns/decode_memory.h"
#include "store/encoding/bits.h"
#include "store/encoding/planes.h"

namespace spanhound::store {

// `codes` of `column`, in the order of the rows that have a value. Nothing is written for values of
// type kEmpty.
void AppendGroupValues(std::string& out, const ValueColumn& column, model::ValueType type,
                       std::span<const uint32_t> codes);

class GroupValues {
 public:
  GroupValues() = default;
  GroupValues(const GroupValues&) = delete;  // values point into it
  GroupValues& operator=(const GroupValues&) = delete;

  // False on damaged bytes or past the budget. `bytes` and `dictionary` (null if the column has
  // none) outlive the values.
  bool Read(std::string_view bytes, model::ValueType type, size_t value_count,
            const ValueDictionary* dictionary, DecodeMemory& memory);

  // `index` below the count of values; it may be put into `scratch`. Whether codes are of the
  // dictionary is found out when they are asked for: an empty value for one that is not.
  const model::AttributeValue& At(size_t index, model::AttributeValue* scratch) {
    if (!own_.empty()) return own_[index];
    if (dictionary_ == nullptr) return *scratch = NumberAt(index);
    if (const model::AttributeValue* entry = dictionary_->Find(CodeAt(index))) return *entry;
    is_damaged_ = true;
    return *scratch = model::AttributeValue();
  }
  // From now on no value is put into a scratch: all stay where they are.
  void KeepAll(size_t value_count);
  bool is_damaged() const { return is_damaged_; }
  // Whether the values are codes of the dictionary; damaged ones are not below its size.
  bool has_codes() const { return dictionary_ != nullptr; }
  size_t CodeAt(size_t index) const {
    if (packed_width_ > 0) return PackedAt(packed_, index, packed_width_);
    return is_constant_ ? constant_ : planes_.At(index);
  }

 private:
  bool ReadTexts(ByteReader& in, model::ValueType type, size_t value_count, DecodeMemory& memory);
  bool ReadCodes(ByteReader& in, uint8_t mode, size_t value_count);
  model::AttributeValue NumberAt(size_t index) const;

  // Either all values, or numbers in planes, or codes of `dictionary_` in one of three forms.
  std::vector<model::AttributeValue> own_;
  const ValueDictionary* dictionary_ = nullptr;
  bool is_damaged_ = false;
  model::ValueType type_ = model::ValueType::kEmpty;
  bool is_constant_ = false;
  size_t constant_ = 0;
  OpenPlanes planes_;
  std::string_view packed_;
  int packed_width_ = 0;
  std::string storage_;
};

}  // namespace spanhound::store
