#include "store/block/block_columns.h"

#include "base/bytes.h"
#include "store/columns/attribute_streams.h"
#include "store/columns/value_codec.h"

namespace spanhound::store {

uint32_t EntryTable::CodeOf(std::string_view entry_bytes) {
  if (const auto found = codes_.find(entry_bytes); found != codes_.end()) return found->second;
  const uint32_t code = static_cast<uint32_t>(entries_.size());
  codes_.emplace(entries_.emplace_back(entry_bytes), code);
  return code;
}

void EntryTable::AppendTo(std::string& out) const {
  AppendVarint(out, entries_.size());
  for (const std::string& entry : entries_) out.append(entry);
}

uint32_t BlockColumns::ColumnOf(const ValueColumnId& id) {
  if (const auto found = numbers_.find(id); found != numbers_.end()) return found->second;
  if (id.field == Field::kAttributes && !id.is_rest() &&
      (ids_.size() >= kValueColumnsMax ||
       (!admitted_keys_.empty() && !admitted_keys_.contains(id.key)))) {
    return ColumnOf(ValueColumnId::Rest());
  }
  const uint32_t number = static_cast<uint32_t>(ids_.size());
  ValueColumnId& own = ids_.emplace_back(id);
  own.key = keys_.emplace_back(id.key);
  values_.emplace_back();
  if (id.is_rest()) values_.back().Seal(false);
  numbers_.emplace(own, number);
  return number;
}

void BlockColumns::AdmitKeys(std::span<const std::string_view> keys) {
  // A little room stays for text fields, bodies, and keys that come with several types.
  const size_t admitted_max = kValueColumnsMax * 7 / 8;
  if (keys.size() <= admitted_max) return;
  for (std::string_view key : keys.first(admitted_max)) admitted_keys_.emplace(key);
}

uint32_t BlockColumns::CodeOf(uint32_t column, const model::AttributeValue& value) {
  ValueColumn& values = values_[column];
  if (value.type == model::ValueType::kEmpty) return 0;
  if (IsNumberType(value.type)) return values.CodeOf(NumberBits(value));
  if (value.type == model::ValueType::kString || value.type == model::ValueType::kBytes) {
    return CodeOfText(values, value.text(), false);
  }
  std::string bytes;
  AppendValue(bytes, value);
  return CodeOfText(values, bytes, true);
}

uint32_t BlockColumns::CodeOfText(ValueColumn& values, std::string_view text, bool is_temporary) {
  if (const auto known = values.Find(text)) {
    values.CountRepeated(1);
    return *known;
  }
  return values.CodeOf(values.is_interning() || is_temporary ? arena_.Copy(text) : text);
}

void BlockColumns::Seal() {
  for (ValueColumn& column : values_) {
    if (!column.is_sealed()) column.Seal();
  }
}

void BlockColumns::ForgetWritten() {
  for (ValueColumn& column : values_) column.Forget();
}

}  // namespace spanhound::store
