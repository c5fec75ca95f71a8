// ProtoWriter: appends protobuf fields to a string. Plain fields of the value proto3 takes for
// absent (zero, empty) are left out; the Always forms are for members of a oneof. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "wire/proto_reader.h"

namespace spanhound::wire {

class ProtoWriter {
 public:
  explicit ProtoWriter(std::string& out) : out_(out) {}

  void Varint(uint32_t field, uint64_t value) {
    if (value != 0) VarintAlways(field, value);
  }
  void VarintAlways(uint32_t field, uint64_t value) {
    AppendVarint(out_, VarintTag(field));
    AppendVarint(out_, value);
  }
  void Fixed64(uint32_t field, uint64_t value) {
    if (value != 0) Fixed64Always(field, value);
  }
  void Fixed64Always(uint32_t field, uint64_t value) {
    AppendVarint(out_, Fixed64Tag(field));
    AppendFixed(out_, value);
  }
  void Fixed32(uint32_t field, uint32_t value) {
    if (value == 0) return;
    AppendVarint(out_, Fixed32Tag(field));
    AppendFixed(out_, value);
  }
  void Bytes(uint32_t field, std::string_view value) {
    if (!value.empty()) BytesAlways(field, value);
  }
  void BytesAlways(uint32_t field, std::string_view value) {
    AppendVarint(out_, BytesTag(field));
    AppendLengthPrefixed(out_, value);
  }

  // A sub-message: `write_fields` writes its fields. One byte is kept for the length; only
  // messages of 128 bytes and more are moved to make room for a longer one.
  template <typename WriteFields>
  void Message(uint32_t field, WriteFields write_fields) {
    AppendVarint(out_, BytesTag(field));
    const size_t length_at = out_.size();
    out_.push_back(0);
    write_fields();
    const size_t size = out_.size() - length_at - 1;
    if (size < 0x80) {
      out_[length_at] = static_cast<char>(size);
      return;
    }
    std::string length;
    AppendVarint(length, size);
    out_.replace(length_at, 1, length);
  }

 private:
  std::string& out_;
};

}  // namespace spanhound::wire
