#include "store/encoding/strings.h"

#include <bit>
#include <cstring>
#include <numeric>

#include "store/encoding/integers.h"
#include "store/encoding/text_ends.h"

namespace spanhound::store {
namespace {

constexpr uint8_t kPlain = 0;
constexpr uint8_t kDictionary = 1;
// A dictionary pays while at most every second value is new; looked at from this many values on.
constexpr size_t kJudgedAfter = 32;

bool ReadLengthsAndBytes(ByteReader& in, size_t count, std::vector<std::string_view>* values) {
  std::vector<uint64_t> lengths;
  if (!ReadIntegers(in, count, &lengths)) return false;
  values->resize(count);
  for (size_t i = 0; i < count; ++i) (*values)[i] = in.ReadBytes(lengths[i]);
  return in.ok();
}

}  // namespace

void StringsWriter::Append(std::string& out, std::span<const std::string_view> values) {
  if (values.empty() || TryAppendDictionary(out, values)) return;
  out.push_back(kPlain);
  AppendLengthsAndBytes(out, values);
}

// False: too many are distinct.
bool StringsWriter::TryAppendDictionary(std::string& out,
                                        std::span<const std::string_view> values) {
  slots_.assign(std::bit_ceil(values.size() * 2), {});
  distinct_.clear();
  codes_.resize(values.size());
  uint64_t* const codes = codes_.data();
  uint32_t last = 0;
  TextEnds last_ends;
  for (size_t i = 0; i < values.size(); ++i) {
    const TextEnds ends = EndsOf(values[i]);
    const size_t known_count = distinct_.size();
    const bool is_repeated = i > 0 && ends == last_ends && values[i] == values[i - 1];
    if (!is_repeated) last = CodeOf(values[i], static_cast<uint32_t>(HashOf(values[i], ends)));
    last_ends = ends;
    codes[i] = known_count - last;  // 0: new
    if (i >= kJudgedAfter && distinct_.size() > i / 2) return false;
  }
  if (distinct_.size() > (values.size() + 1) / 2) return false;
  out.push_back(kDictionary);
  AppendVarint(out, distinct_.size());
  AppendLengthsAndBytes(out, distinct_);
  AppendIntegers(out, std::span(codes_).subspan(1));  // the first is always new
  return true;
}

uint32_t StringsWriter::CodeOf(std::string_view value, uint32_t hash) {
  const size_t mask = slots_.size() - 1;
  Slot* const slots = slots_.data();
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    Slot& slot = slots[at];
    if (slot.number == 0) {
      distinct_.push_back(value);
      slot = {hash, static_cast<uint32_t>(distinct_.size())};
      return slot.number - 1;
    }
    if (slot.hash == hash && distinct_[slot.number - 1] == value) return slot.number - 1;
  }
}

void StringsWriter::AppendLengthsAndBytes(std::string& out,
                                          std::span<const std::string_view> values) {
  lengths_.resize(values.size());
  size_t total = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    lengths_[i] = values[i].size();
    total += values[i].size();
  }
  AppendIntegers(out, lengths_);
  const size_t start = out.size();
  out.resize(start + total);
  char* to = out.data() + start;
  for (std::string_view value : values) {
    if (!value.empty()) std::memcpy(to, value.data(), value.size());
    to += value.size();
  }
}

bool ReadStringCodes(ByteReader& in, size_t count, std::vector<std::string_view>* values,
                     std::vector<uint64_t>* codes) {
  values->clear();
  codes->clear();
  if (count == 0) return true;
  const uint8_t mode = in.ReadFixed<uint8_t>();
  if (!in.ok() || mode > kDictionary) return false;
  if (mode == kPlain) {
    if (!ReadLengthsAndBytes(in, count, values)) return false;
    codes->resize(count);
    std::iota(codes->begin(), codes->end(), 0);
    return true;
  }
  const uint64_t distinct_count = in.ReadVarint();
  if (!in.ok() || distinct_count > count) return false;
  if (!ReadLengthsAndBytes(in, distinct_count, values)) return false;
  if (!ReadIntegers(in, count - 1, codes)) return false;
  codes->insert(codes->begin(), 0);
  uint64_t known_count = 0;
  for (uint64_t& code : *codes) {
    if (code > known_count) return false;
    code = known_count - code;
    if (code == known_count && ++known_count > distinct_count) return false;
  }
  return true;
}

bool ReadStrings(ByteReader& in, size_t count, std::vector<std::string_view>* values) {
  std::vector<std::string_view> distinct;
  std::vector<uint64_t> codes;
  if (!ReadStringCodes(in, count, &distinct, &codes)) return false;
  values->resize(count);
  for (size_t i = 0; i < count; ++i) (*values)[i] = distinct[codes[i]];
  return true;
}

}  // namespace spanhound::store
