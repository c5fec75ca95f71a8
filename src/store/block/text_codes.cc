#include "store/block/text_codes.h"

#include <bit>
#include <utility>

namespace spanhound::store {
namespace {

constexpr size_t kSlotsMin = 16;

bool IsShort(size_t size) { return size <= kTextOfEndsBytesMax; }

const char* AddressIn(const TextEnds& ends) { return std::bit_cast<const char*>(ends.last); }

}  // namespace

TextCodes::Query TextCodes::Prepare(std::string_view text) const {
  const TextEnds ends = EndsOf(text);
  const Query query{text, ends, static_cast<uint32_t>(HashOf(text, ends))};
  if (!slots_.empty()) __builtin_prefetch(&slots_[query.hash & mask()]);
  return query;
}

void TextCodes::PrefetchText(const Query& query) const {
  if (slots_.empty() || IsShort(query.text.size())) return;
  const Slot& slot = slots_[query.hash & mask()];
  if (slot.code != kNone && !IsShort(slot.size)) __builtin_prefetch(AddressIn(slot.ends));
}

bool TextCodes::IsIn(const Slot& slot, const Query& query) {
  if (slot.hash != query.hash || slot.size != query.text.size()) return false;
  if (IsShort(slot.size)) return slot.ends == query.ends;
  return std::string_view(AddressIn(slot.ends), slot.size) == query.text;
}

uint32_t TextCodes::Find(const Query& query) const {
  if (slots_.empty()) return kNone;
  for (size_t i = query.hash & mask();; i = (i + 1) & mask()) {
    const Slot& slot = slots_[i];
    if (slot.code == kNone || IsIn(slot, query)) return slot.code;
  }
}

void TextCodes::Add(const Query& query, uint32_t code) {
  if (2 * (count_ + 1) > slots_.size()) Grow();
  TextEnds ends = query.ends;
  if (!IsShort(query.text.size())) ends.last = std::bit_cast<uint64_t>(query.text.data());
  Put({ends, static_cast<uint32_t>(query.text.size()), query.hash, code});
  ++count_;
}

void TextCodes::Clear() {
  slots_ = {};
  count_ = 0;
}

void TextCodes::Put(const Slot& slot) {
  size_t i = slot.hash & mask();
  while (slots_[i].code != kNone) i = (i + 1) & mask();
  slots_[i] = slot;
}

void TextCodes::Grow() {
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.empty() ? kSlotsMin : 2 * old.size(), {});
  for (const Slot& slot : old) {
    if (slot.code != kNone) Put(slot);
  }
}

}  // namespace spanhound::store
