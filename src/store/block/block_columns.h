// What a block being written knows of its columns as a whole: the dictionary of resources, that of
// scopes, and a ValueColumn for each text field, each key and type of attributes, and each type of
// log body. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/hash_map.h"
#include "store/block/value_column.h"
#include "store/columns/schema.h"

namespace spanhound::store {

// Attributes of a block get columns of their own up to this many keys and types; the rarer ones
// stay together in one column of attribute lists. Each costs tens of bytes a row group and in
// memory.
inline constexpr size_t kValueColumnsMax = 1024;

// Which values a value column has. A row has at most one value in each: the second attribute of one
// key and type in a row goes to the column of ordinal 1, and so on.
struct ValueColumnId {
  Field field = Field::kAttributes;  // kAttributes, kBody, or a text field
  std::string_view key;              // of attributes
  model::ValueType type = model::ValueType::kString;
  uint32_t ordinal = 0;

  // The column of attributes that have none of their own: lists, encoded.
  static ValueColumnId Rest() {
    return {Field::kAttributes, {}, model::ValueType::kKeyValueList, kRestOrdinal};
  }
  bool is_rest() const { return ordinal == kRestOrdinal; }
  static constexpr uint32_t kRestOrdinal = UINT32_MAX;

  bool operator==(const ValueColumnId&) const = default;
};

struct ValueColumnIdHash {
  size_t operator()(const ValueColumnId& id) const {
    return StringHash()(id.key) + static_cast<size_t>(id.field) * 0x9e3779b97f4a7c15u +
           static_cast<size_t>(id.type) * 0xff51afd7ed558ccdu + id.ordinal * 0xc4ceb9fe1a85ec53u;
  }
};

// Resources or scopes by their encoded bytes.
class EntryTable {
 public:
  uint32_t CodeOf(std::string_view entry_bytes);
  size_t size() const { return entries_.size(); }
  std::string_view entry(uint32_t code) const { return entries_[code]; }
  // Count, then the entries in the order of their codes.
  void AppendTo(std::string& out) const;

 private:
  HashMap<std::string_view, uint32_t, StringHash> codes_;
  std::deque<std::string> entries_;  // by code; stay where they are
};

class BlockColumns {
 public:
  EntryTable& resources() { return resources_; }
  EntryTable& scopes() { return scopes_; }

  // Number of the column of these values; made if need be. `id.key` is copied then. Past the
  // limit, or for a key that was not admitted, that of the rest.
  uint32_t ColumnOf(const ValueColumnId& id);
  // Keys of attributes, most frequent first: past the limit, later ones get no columns.
  void AdmitKeys(std::span<const std::string_view> keys);
  size_t size() const { return ids_.size(); }
  const ValueColumnId& id(uint32_t column) const { return ids_[column]; }
  ValueColumn& values(uint32_t column) { return values_[column]; }
  const ValueColumn& values(uint32_t column) const { return values_[column]; }

  // Code of a value in a column, which is of its type. Text that comes to stand in a dictionary is
  // copied; other text has to last until it is written.
  uint32_t CodeOf(uint32_t column, const model::AttributeValue& value);

  // Decides about dictionaries where that is still open.
  void Seal();
  void ForgetWritten();

 private:
  uint32_t CodeOfText(ValueColumn& values, std::string_view text, bool is_temporary);

  Arena arena_;
  EntryTable resources_;
  EntryTable scopes_;
  std::deque<std::string> keys_;
  std::vector<ValueColumnId> ids_;
  std::deque<ValueColumn> values_;
  HashMap<ValueColumnId, uint32_t, ValueColumnIdHash> numbers_;
  StringSet admitted_keys_;  // none: all
};

}  // namespace spanhound::store
