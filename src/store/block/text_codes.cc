#include "store/block/text_codes.h"

#include <bit>
#include <utility>

namespace spanhound::store {
namespace {

constexpr size_t kSlotsMin = 16;

}  // namespace

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
