// Strings: as a dictionary of the distinct ones and a code each, or plainly one after another when
// most are distinct. Codes count back from the newest entry, so that what came a moment ago has a
// small one. Reading copies nothing: the views point into the bytes that were read, which the
// caller keeps. docs/format/block.md has the bytes. Reading is pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace spanhound::store {

// Writes column after column. What it needs on the way it keeps for the next one: the many short
// columns of a request would else each make it anew. One thread.
class StringsWriter {
 public:
  void Append(std::string& out, std::span<const std::string_view> values);

 private:
  // Of a distinct value in open addressing.
  struct Slot {
    uint32_t hash = 0;
    uint32_t number = 0;  // its code + 1, 0: free
  };

  bool TryAppendDictionary(std::string& out, std::span<const std::string_view> values);
  // The number of `value` among distinct_, where it is put if it is not there.
  uint32_t CodeOf(std::string_view value, uint32_t hash);
  void AppendLengthsAndBytes(std::string& out, std::span<const std::string_view> values);

  std::vector<Slot> slots_;
  std::vector<std::string_view> distinct_;
  std::vector<uint64_t> codes_;
  std::vector<uint64_t> lengths_;
};

inline void AppendStrings(std::string& out, std::span<const std::string_view> values) {
  StringsWriter().Append(out, values);
}

// False on damaged bytes; `count` bounded by the caller as for ReadIntegers.
bool ReadStrings(ByteReader& in, size_t count, std::vector<std::string_view>* values);

// The same without putting them together: `values` of codes, and a code for each of `count`. Plain
// strings are all values.
bool ReadStringCodes(ByteReader& in, size_t count, std::vector<std::string_view>* values,
                     std::vector<uint64_t>* codes);

}  // namespace spanhound::store
