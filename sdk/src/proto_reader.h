// Reads protobuf's wire format field by field, without allocating. The bytes may come from the
// network: a length that does not fit ends the reading, and ok() tells.
//
//   for (ProtoReader field(bytes); field.Next();) { switch (field.number()) ... }
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "proto_writer.h"

namespace spanhound::sdk {

class ProtoReader {
 public:
  explicit ProtoReader(std::string_view bytes) : rest_(bytes) {}

  // False at the end, and where the bytes are no protobuf.
  bool Next() {
    if (rest_.empty()) return false;
    const std::uint64_t tag = Varint();
    number_ = static_cast<unsigned>(tag >> 3);
    type_ = static_cast<ProtoType>(tag & 7);
    switch (type_) {
      case ProtoType::kVarint: value_ = Varint(); return ok_;
      case ProtoType::kFixed64: return Fixed(8);
      case ProtoType::kFixed32: return Fixed(4);
      case ProtoType::kBytes: return Take(Varint());
      default: return ok_ = false;
    }
  }

  bool ok() const { return ok_; }
  unsigned number() const { return number_; }
  ProtoType type() const { return type_; }
  std::uint64_t value() const { return value_; }     // of a number
  std::string_view bytes() const { return bytes_; }  // of anything else
  double as_double() const {
    double value = 0;
    std::memcpy(&value, &value_, sizeof(value));
    return value;
  }

 private:
  std::uint64_t Varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  bool Take(std::uint64_t size) {
    if (!ok_ || size > rest_.size()) return ok_ = false;
    bytes_ = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  bool Fixed(std::size_t size) {
    if (!Take(size)) return false;
    value_ = 0;
    std::memcpy(&value_, bytes_.data(), size);
    return true;
  }

  std::string_view rest_;
  std::string_view bytes_;
  std::uint64_t value_ = 0;
  unsigned number_ = 0;
  ProtoType type_ = ProtoType::kVarint;
  bool ok_ = true;
};

}  // namespace spanhound::sdk
