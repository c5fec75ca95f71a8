#include "store/block/value_column.h"

#include <algorithm>
#include <array>

namespace spanhound::store {
namespace {

// From this many values on, a column most of whose values are new is no longer searched for equal
// ones.
constexpr uint64_t kJudgedFrom = 8192;

// Memory answers about so many requests at a time.
constexpr size_t kLookedUpTogether = 16;

}  // namespace

bool IsNumberType(model::ValueType type) {
  return type == model::ValueType::kBool || type == model::ValueType::kInt ||
         type == model::ValueType::kDouble;
}

bool IsTextType(model::ValueType type) {
  return type != model::ValueType::kEmpty && !IsNumberType(type);
}

void ValueColumn::Seal(bool has_dictionary) {
  is_sealed_ = true;
  if (!has_dictionary) {
    StopInterning();
    dictionary_size_ = 0;
  }
}

void ValueColumn::StopInterning() {
  if (!is_interning_) return;
  dictionary_size_ = static_cast<uint32_t>(distinct_count());
  is_interning_ = false;
  text_codes_.Clear();
  number_codes_ = {};
}

void ValueColumn::JudgeInterning() {
  const bool pays =
      is_sealed_ || value_count_ < kJudgedFrom || 2 * distinct_count() <= value_count_;
  if (!pays || distinct_count() == kDictionaryEntriesMax) StopInterning();
}

std::optional<uint32_t> ValueColumn::Find(std::string_view text) const {
  const uint32_t code = text_codes_.Find(text);
  return code == TextCodes::kNone ? std::nullopt : std::optional(code);
}

uint32_t ValueColumn::CodeOf(std::string_view text) { return CodeOf(text_codes_.Prepare(text)); }

uint32_t ValueColumn::CodeOf(const TextCodes::Query& query) {
  ++value_count_;
  const uint32_t next = static_cast<uint32_t>(texts_.size());
  if (is_interning_) {
    const uint32_t known = text_codes_.Find(query);
    if (known != TextCodes::kNone) return known;
    text_codes_.Add(query, next);
  }
  texts_.push_back(query.text);
  if (is_interning_) JudgeInterning();
  return next;
}

void ValueColumn::CodesOf(std::span<const std::string_view> texts, std::vector<uint32_t>* codes) {
  codes->resize(texts.size());
  std::array<TextCodes::Query, kLookedUpTogether> queries;
  for (size_t first = 0; first < texts.size(); first += queries.size()) {
    const auto part = texts.subspan(first, std::min(queries.size(), texts.size() - first));
    for (size_t i = 0; i < part.size(); ++i) queries[i] = text_codes_.Prepare(part[i]);
    for (size_t i = 0; i < part.size(); ++i) text_codes_.PrefetchText(queries[i]);
    for (size_t i = 0; i < part.size(); ++i) (*codes)[first + i] = CodeOf(queries[i]);
  }
}

uint32_t ValueColumn::CodeOf(uint64_t number) {
  ++value_count_;
  const uint32_t next = static_cast<uint32_t>(numbers_.size());
  if (is_interning_) {
    const auto [found, is_new] = number_codes_.try_emplace(number, next);
    if (!is_new) return found->second;
  }
  numbers_.push_back(number);
  if (is_interning_) JudgeInterning();
  return next;
}

void ValueColumn::Forget() {
  const uint32_t kept = dictionary_size();
  if (texts_.size() > kept) texts_.resize(kept);
  if (numbers_.size() > kept) numbers_.resize(kept);
}

}  // namespace spanhound::store
