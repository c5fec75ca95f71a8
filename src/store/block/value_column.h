// ValueColumn: the values of one column of a block (a text field, or one key and type of
// attributes) on their way to disk. Every value gets a code. Where few are distinct, equal values
// share theirs: row groups then store codes, and the values stand once, in the block's dictionary.
// The others are stored row group by row group. Text is not copied: it outlives the column. One
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/hash_map.h"
#include "model/attribute.h"
#include "store/block/text_codes.h"

namespace spanhound::store {

// A larger dictionary would be read for a single row, and fit no cache.
inline constexpr size_t kDictionaryEntriesMax = 1u << 16;

bool IsTextType(model::ValueType type);    // string, bytes; arrays and lists by their encoding
bool IsNumberType(model::ValueType type);  // bool, int, double; by their bits

class ValueColumn {
 public:
  uint32_t CodeOf(std::string_view text);
  // Of all of `texts`: faster than one by one.
  void CodesOf(std::span<const std::string_view> texts, std::vector<uint32_t>* codes);
  uint32_t CodeOf(uint64_t number);
  // The code of a text that is known and shared.
  std::optional<uint32_t> Find(std::string_view text) const;
  bool is_interning() const { return is_interning_; }
  // Further values that are known to equal ones that have their code.
  void CountRepeated(uint64_t count) { value_count_ += count; }

  // Before the first row group is written: whether the column gets a dictionary is decided, from
  // the values so far or by who knows what will come.
  void Seal() { Seal(is_interning_ && 2 * distinct_count() <= value_count_); }
  void Seal(bool has_dictionary);
  bool is_sealed() const { return is_sealed_; }

  // Codes below this one are in the dictionary, further ones hold until Forget().
  uint32_t dictionary_size() const {
    return is_interning_ ? static_cast<uint32_t>(distinct_count()) : dictionary_size_;
  }
  // The values behind the dictionary: they are written.
  void Forget();

  uint64_t value_count() const { return value_count_; }  // ever added
  std::string_view text(uint32_t code) const { return texts_[code]; }
  uint64_t number(uint32_t code) const { return numbers_[code]; }
  const std::vector<std::string_view>& texts() const { return texts_; }
  const std::vector<uint64_t>& numbers() const { return numbers_; }

 private:
  size_t distinct_count() const { return texts_.size() + numbers_.size(); }
  uint32_t CodeOf(const TextCodes::Query& query);
  void JudgeInterning();
  void StopInterning();

  bool is_interning_ = true;
  bool is_sealed_ = false;
  uint32_t dictionary_size_ = 0;
  uint64_t value_count_ = 0;
  std::vector<std::string_view> texts_;  // by code
  std::vector<uint64_t> numbers_;        // by code
  TextCodes text_codes_;
  HashMap<uint64_t, uint32_t> number_codes_;
};

}  // namespace spanhound::store
