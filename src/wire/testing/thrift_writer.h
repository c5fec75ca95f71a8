// For tests: writes TBinaryProtocol.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "wire/thrift_reader.h"

namespace spanhound::wire {

class ThriftWriter {
 public:
  ThriftWriter& Field(ThriftType type, int16_t id) {
    return Integer(static_cast<uint8_t>(type)).Integer(static_cast<uint16_t>(id));
  }
  ThriftWriter& Stop() { return Integer(uint8_t{0}); }
  ThriftWriter& I32(int16_t id, int32_t value) {
    return Field(ThriftType::kI32, id).Integer(static_cast<uint32_t>(value));
  }
  ThriftWriter& I64(int16_t id, int64_t value) {
    return Field(ThriftType::kI64, id).Integer(static_cast<uint64_t>(value));
  }
  ThriftWriter& Double(int16_t id, double value) {
    return Field(ThriftType::kDouble, id).Integer(std::bit_cast<uint64_t>(value));
  }
  ThriftWriter& Bool(int16_t id, bool value) {
    return Field(ThriftType::kBool, id).Integer(uint8_t{value});
  }
  ThriftWriter& String(int16_t id, std::string_view value) {
    Field(ThriftType::kString, id).Integer(static_cast<uint32_t>(value.size()));
    out_ += value;
    return *this;
  }
  // `structs` are the fields of `count` structs, each with its stop.
  ThriftWriter& List(int16_t id, uint32_t count, std::string_view structs) {
    Field(ThriftType::kList, id);
    Integer(static_cast<uint8_t>(ThriftType::kStruct)).Integer(count);
    out_ += structs;
    return *this;
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
  const std::string& bytes() const { return out_; }

 private:
  std::string out_;
};

// A jaeger.thrift Tag.
inline std::string StringTag(std::string_view key, std::string_view value) {
  return ThriftWriter().String(1, key).I32(2, 0).String(3, value).Stop().bytes();
}
inline std::string BoolTag(std::string_view key, bool value) {
  return ThriftWriter().String(1, key).I32(2, 2).Bool(5, value).Stop().bytes();
}

}  // namespace spanhound::wire
