// ThriftWriter: writes the fields of one struct in TBinaryProtocol or TCompactProtocol. Structs
// inside of it are written by writers of their own and put in as bytes. One thread.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "wire/thrift_reader.h"

namespace spanhound::wire {

class ThriftWriter {
 public:
  explicit ThriftWriter(ThriftProtocol protocol = ThriftProtocol::kBinary)
      : is_compact_(protocol == ThriftProtocol::kCompact) {}

  ThriftWriter& Field(ThriftType type, int16_t id) {
    if (is_compact_) return CompactField(CompactType(type), id);
    return Integer(static_cast<uint8_t>(type)).Integer(static_cast<uint16_t>(id));
  }
  ThriftWriter& Stop() { return Integer(uint8_t{0}); }
  ThriftWriter& I32(int16_t id, int32_t value) {
    Field(ThriftType::kI32, id);
    return is_compact_ ? ZigZagVarint(value) : Integer(static_cast<uint32_t>(value));
  }
  ThriftWriter& I64(int16_t id, int64_t value) {
    Field(ThriftType::kI64, id);
    return is_compact_ ? ZigZagVarint(value) : Integer(static_cast<uint64_t>(value));
  }
  ThriftWriter& Double(int16_t id, double value) {
    Field(ThriftType::kDouble, id);
    if (!is_compact_) return Integer(std::bit_cast<uint64_t>(value));
    AppendFixed(out_, value);
    return *this;
  }
  ThriftWriter& Bool(int16_t id, bool value) {
    if (is_compact_) return CompactField(value ? 1 : 2, id);
    return Field(ThriftType::kBool, id).Integer(uint8_t{value});
  }
  ThriftWriter& String(int16_t id, std::string_view value) {
    Field(ThriftType::kString, id);
    return Text(value);
  }
  // `bytes` are the fields of the struct with their stop.
  ThriftWriter& Struct(int16_t id, std::string_view bytes) {
    return Field(ThriftType::kStruct, id).Raw(bytes);
  }
  // `structs` are the fields of `count` structs, each with its stop.
  ThriftWriter& List(int16_t id, uint32_t count, std::string_view structs) {
    Field(ThriftType::kList, id);
    const uint8_t type =
        is_compact_ ? CompactType(ThriftType::kStruct) : static_cast<uint8_t>(ThriftType::kStruct);
    if (!is_compact_) return Integer(type).Integer(count).Raw(structs);
    if (count < 15) return Integer(static_cast<uint8_t>(count << 4 | type)).Raw(structs);
    Integer(static_cast<uint8_t>(0xf0 | type));
    AppendVarint(out_, count);
    return Raw(structs);
  }
  ThriftWriter& Raw(std::string_view bytes) {
    out_ += bytes;
    return *this;
  }
  template <typename T>
  ThriftWriter& Integer(T value) {
    for (size_t i = sizeof(T); i-- > 0;) out_.push_back(static_cast<char>(value >> (8 * i)));
    return *this;
  }
  // The head of a one-way call, before the struct of its arguments.
  ThriftWriter& OnewayCall(std::string_view method) {
    if (is_compact_) return Integer(uint16_t{0x8281}).Integer(uint8_t{0}).Text(method);
    return Integer(uint32_t{0x80010004}).Text(method).Integer(uint32_t{0});
  }
  const std::string& bytes() const { return out_; }

 private:
  static uint8_t CompactType(ThriftType type) {
    switch (type) {
      case ThriftType::kByte: return 3;
      case ThriftType::kI16: return 4;
      case ThriftType::kI32: return 5;
      case ThriftType::kI64: return 6;
      case ThriftType::kDouble: return 7;
      case ThriftType::kString: return 8;
      case ThriftType::kList: return 9;
      case ThriftType::kSet: return 10;
      case ThriftType::kMap: return 11;
      case ThriftType::kStruct: return 12;
      default: return 0;  // the type of a bool is its value: see Bool
    }
  }
  ThriftWriter& CompactField(uint8_t type, int16_t id) {
    const int delta = id - last_id_;
    last_id_ = id;
    if (delta > 0 && delta < 16) return Integer(static_cast<uint8_t>(delta << 4 | type));
    return Integer(type).ZigZagVarint(id);
  }
  ThriftWriter& ZigZagVarint(int64_t value) {
    AppendSignedVarint(out_, value);
    return *this;
  }
  ThriftWriter& Text(std::string_view value) {
    if (is_compact_) {
      AppendVarint(out_, value.size());
    } else {
      Integer(static_cast<uint32_t>(value.size()));
    }
    return Raw(value);
  }

  const bool is_compact_;
  int16_t last_id_ = 0;
  std::string out_;
};

}  // namespace spanhound::wire
