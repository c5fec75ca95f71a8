#include "store/block/text_codes.h"

#include <utility>

#include "base/checksum.h"

namespace spanhound::store {
namespace {

constexpr size_t kSlotsMin = 16;

}  // namespace

TextCodes::Query TextCodes::Prepare(std::string_view text) const {
  const Query query{text, static_cast<uint32_t>(Checksum64(text))};
  if (!slots_.empty()) __builtin_prefetch(&slots_[query.hash & mask()]);
  return query;
}

void TextCodes::PrefetchText(const Query& query) const {
  if (slots_.empty()) return;
  const Slot& slot = slots_[query.hash & mask()];
  if (slot.code != kNone) __builtin_prefetch(slot.data);
}

uint32_t TextCodes::Find(const Query& query) const {
  if (slots_.empty()) return kNone;
  for (size_t i = query.hash & mask();; i = (i + 1) & mask()) {
    const Slot& slot = slots_[i];
    if (slot.code == kNone) return kNone;
    if (slot.hash == query.hash && std::string_view(slot.data, slot.size) == query.text) {
      return slot.code;
    }
  }
}

void TextCodes::Add(const Query& query, uint32_t code) {
  if (2 * (count_ + 1) > slots_.size()) Grow();
  Put({query.text.data(), static_cast<uint32_t>(query.text.size()), query.hash, code});
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
