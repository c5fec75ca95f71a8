// TextCodes: texts and their codes, for the dictionaries of a block that is written. Millions of
// look-ups go through a hundred tables in turn, so nearly each of them misses the caches: several
// are looked up together, their slots being fetched meanwhile. A short text stands in its slot, so
// that the slot answers alone; longer ones are fetched as well, and not copied: they outlive the
// table. One thread.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

#include "store/encoding/text_ends.h"

namespace spanhound::store {

class TextCodes {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // A text on its way through the table.
  struct Query {
    std::string_view text;
    TextEnds ends;
    uint32_t hash = 0;
  };
  // Fetches what Find will want of it.
  Query Prepare(std::string_view text) const;
  void PrefetchText(const Query& query) const;

  // kNone if the text is not there.
  uint32_t Find(const Query& query) const;
  uint32_t Find(std::string_view text) const { return Find(Prepare(text)); }
  // A text that is not there yet; `code` is not kNone.
  void Add(const Query& query, uint32_t code);
  void Clear();

 private:
  struct alignas(32) Slot {  // within one cache line
    TextEnds ends;           // of a long text: its address in place of the last
    uint32_t size;
    uint32_t hash;
    uint32_t code = kNone;
    const char* address() const { return std::bit_cast<const char*>(ends.last); }
  };

  static bool IsShort(size_t size) { return size <= kTextOfEndsBytesMax; }
  static bool IsIn(const Slot& slot, const Query& query);
  size_t mask() const { return slots_.size() - 1; }
  void Put(const Slot& slot);
  void Grow();

  std::vector<Slot> slots_;  // a power of two of them, at most half of them taken
  size_t count_ = 0;
};

inline TextCodes::Query TextCodes::Prepare(std::string_view text) const {
  const TextEnds ends = EndsOf(text);
  const Query query{text, ends, static_cast<uint32_t>(HashOf(text, ends))};
  if (!slots_.empty()) __builtin_prefetch(&slots_[query.hash & mask()]);
  return query;
}

inline void TextCodes::PrefetchText(const Query& query) const {
  if (slots_.empty() || IsShort(query.text.size())) return;
  const Slot& slot = slots_[query.hash & mask()];
  if (slot.code != kNone && !IsShort(slot.size)) __builtin_prefetch(slot.address());
}

inline bool TextCodes::IsIn(const Slot& slot, const Query& query) {
  if (slot.hash != query.hash || slot.size != query.text.size()) return false;
  if (IsShort(slot.size)) return slot.ends == query.ends;
  return std::string_view(slot.address(), slot.size) == query.text;
}

inline uint32_t TextCodes::Find(const Query& query) const {
  if (slots_.empty()) return kNone;
  const Slot* const slots = slots_.data();
  for (size_t i = query.hash & mask();; i = (i + 1) & mask()) {
    const Slot& slot = slots[i];
    if (slot.code == kNone || IsIn(slot, query)) return slot.code;
  }
}

}  // namespace spanhound::store
