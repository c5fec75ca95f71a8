#include "store/encoding/strings.h"

#include <bit>
#include <cstdint>
#include <numeric>

#include "base/checksum.h"
#include "store/encoding/integers.h"

namespace spanhound::store {
namespace {

constexpr uint8_t kPlain = 0;
constexpr uint8_t kDictionary = 1;
// A dictionary pays while at most every second value is new; looked at from this many values on.
constexpr size_t kJudgedAfter = 32;

// Open addressing over views of the values: made anew for every column, so it has to be cheap.
class DictionaryBuilder {
 public:
  explicit DictionaryBuilder(size_t value_count) : slots_(std::bit_ceil(value_count * 2), 0) {}

  uint32_t CodeOf(std::string_view value) {
    const size_t mask = slots_.size() - 1;
    for (size_t at = Checksum64(value) & mask;; at = (at + 1) & mask) {
      if (slots_[at] == 0) {
        distinct_.push_back(value);
        slots_[at] = static_cast<uint32_t>(distinct_.size());
        return slots_[at] - 1;
      }
      if (distinct_[slots_[at] - 1] == value) return slots_[at] - 1;
    }
  }

  std::span<const std::string_view> distinct() const { return distinct_; }

 private:
  std::vector<uint32_t> slots_;  // code + 1, 0: free
  std::vector<std::string_view> distinct_;
};

void AppendLengthsAndBytes(std::string& out, std::span<const std::string_view> values) {
  std::vector<uint64_t> lengths(values.size());
  size_t total = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    lengths[i] = values[i].size();
    total += values[i].size();
  }
  AppendIntegers(out, lengths);
  out.reserve(out.size() + total);
  for (std::string_view value : values) out.append(value);
}

bool ReadLengthsAndBytes(ByteReader& in, size_t count, std::vector<std::string_view>* values) {
  std::vector<uint64_t> lengths;
  if (!ReadIntegers(in, count, &lengths)) return false;
  values->resize(count);
  for (size_t i = 0; i < count; ++i) (*values)[i] = in.ReadBytes(lengths[i]);
  return in.ok();
}

// False: too many are distinct.
bool TryAppendDictionary(std::string& out, std::span<const std::string_view> values) {
  DictionaryBuilder dictionary(values.size());
  std::vector<uint64_t> codes(values.size());
  uint32_t last = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t known_count = dictionary.distinct().size();
    const uint32_t code = i > 0 && values[i] == values[i - 1] ? last : dictionary.CodeOf(values[i]);
    codes[i] = known_count - code;  // 0: new
    last = code;
    if (i >= kJudgedAfter && dictionary.distinct().size() > i / 2) return false;
  }
  if (dictionary.distinct().size() > (values.size() + 1) / 2) return false;
  out.push_back(kDictionary);
  AppendVarint(out, dictionary.distinct().size());
  AppendLengthsAndBytes(out, dictionary.distinct());
  AppendIntegers(out, std::span(codes).subspan(1));  // the first is always new
  return true;
}

}  // namespace

void AppendStrings(std::string& out, std::span<const std::string_view> values) {
  if (values.empty() || TryAppendDictionary(out, values)) return;
  out.push_back(kPlain);
  AppendLengthsAndBytes(out, values);
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
