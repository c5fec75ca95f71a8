// Distinct resources or scopes of some rows, each with a small number. Cells point to resources
// that many rows share, so a pointer seen before costs one look; equal contents behind different
// pointers (every request brings its own copy) become one entry. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash_map.h"
#include "store/columns/value_codec.h"

namespace spanhound::store {

inline void AppendEntry(std::string& out, const model::Resource& entry) {
  AppendResource(out, entry);
}
inline void AppendEntry(std::string& out, const model::Scope& entry) { AppendScope(out, entry); }
inline bool ReadEntry(ByteReader& in, DecodeMemory& memory, model::Resource* entry) {
  return ReadResource(in, memory, entry);
}
inline bool ReadEntry(ByteReader& in, DecodeMemory& memory, model::Scope* entry) {
  return ReadScope(in, memory, entry);
}

template <typename Entry>
class Dictionary {
 public:
  // `entry` must outlive the dictionary.
  uint32_t CodeOf(const Entry* entry) {
    if (entry == last_entry_) return last_code_;
    last_entry_ = entry;
    const auto [found, is_new] = by_pointer_.try_emplace(entry, 0);
    if (is_new) found->second = CodeOfContent(*entry);
    last_code_ = found->second;
    return last_code_;
  }

  size_t size() const { return entries_.size(); }
  const Entry& entry(uint32_t code) const { return *entries_[code]; }

  // Count, then the entries in the order of their codes.
  void AppendTo(std::string& out) const {
    AppendVarint(out, entries_.size());
    out.append(encoded_);
  }

 private:
  uint32_t CodeOfContent(const Entry& entry) {
    std::string content;
    AppendEntry(content, entry);
    const uint32_t code = static_cast<uint32_t>(entries_.size());
    const auto [found, is_new] = by_content_.try_emplace(std::move(content), code);
    if (is_new) {
      entries_.push_back(&entry);
      encoded_.append(found->first);
    }
    return found->second;
  }

  HashMap<const Entry*, uint32_t> by_pointer_;
  StringMap<uint32_t> by_content_;
  std::vector<const Entry*> entries_;
  std::string encoded_;
  const Entry* last_entry_ = nullptr;
  uint32_t last_code_ = 0;
};

struct RowDictionaries {
  Dictionary<model::Resource> resources;
  Dictionary<model::Scope> scopes;
};

// Read back. The bytes of an entry tell it from others: equal bytes, equal entries.
struct DecodedDictionaries {
  std::span<const model::Resource> resources;
  std::span<const std::string_view> resource_bytes;
  std::span<const model::Scope> scopes;
  std::span<const std::string_view> scope_bytes;
};

template <typename Entry>
bool ReadEntries(ByteReader& in, DecodeMemory& memory, std::span<const Entry>* entries,
                 std::span<const std::string_view>* bytes) {
  std::span<Entry> to;
  std::span<std::string_view> bytes_to;
  const size_t count = in.ReadCount(3);
  if (!memory.AllocateArray(count, &to) || !memory.AllocateArray(count, &bytes_to)) return false;
  for (size_t i = 0; i < count; ++i) {
    const std::string_view rest = in.rest();
    new (&to[i]) Entry();
    if (!ReadEntry(in, memory, &to[i])) return false;
    new (&bytes_to[i]) std::string_view(rest.substr(0, rest.size() - in.remaining()));
  }
  *entries = to;
  *bytes = bytes_to;
  return in.ok();
}

inline bool ReadDictionaries(ByteReader& in, DecodeMemory& memory,
                             DecodedDictionaries* dictionaries) {
  return ReadEntries(in, memory, &dictionaries->resources, &dictionaries->resource_bytes) &&
         ReadEntries(in, memory, &dictionaries->scopes, &dictionaries->scope_bytes);
}

}  // namespace spanhound::store
