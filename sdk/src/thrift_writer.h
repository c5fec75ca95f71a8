// Thrift's TBinaryProtocol, as much of it as Jaeger's Batch needs: big-endian, a type byte and a
// field id before every field, a zero byte after the last.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace spanhound::sdk {

class ThriftWriter {
 public:
  enum Type : std::uint8_t {
    kBool = 2,
    kDouble = 4,
    kI32 = 8,
    kI64 = 10,
    kString = 11,
    kStruct = 12,
    kList = 15
  };

  void Bool(std::int16_t id, bool value) {
    Field(kBool, id);
    BigEndian(static_cast<std::uint8_t>(value));
  }
  void Double(std::int16_t id, double value) {
    Field(kDouble, id);
    BigEndian(std::bit_cast<std::uint64_t>(value));
  }
  void I32(std::int16_t id, std::int32_t value) {
    Field(kI32, id);
    BigEndian(static_cast<std::uint32_t>(value));
  }
  void I64(std::int16_t id, std::int64_t value) {
    Field(kI64, id);
    BigEndian(static_cast<std::uint64_t>(value));
  }
  void String(std::int16_t id, std::string_view value) {
    Field(kString, id);
    BigEndian(static_cast<std::uint32_t>(value.size()));
    bytes_.append(value);
  }
  void BeginStruct(std::int16_t id) { Field(kStruct, id); }
  // Elements follow, each closed by EndStruct.
  void BeginStructList(std::int16_t id, std::size_t size) {
    Field(kList, id);
    BigEndian(static_cast<std::uint8_t>(kStruct));
    BigEndian(static_cast<std::uint32_t>(size));
  }
  void EndStruct() { bytes_.push_back('\0'); }

  std::string Take() { return std::move(bytes_); }

 private:
  void Field(Type type, std::int16_t id) {
    bytes_.push_back(static_cast<char>(type));
    BigEndian(static_cast<std::uint16_t>(id));
  }
  template <typename T>
  void BigEndian(T value) {
    for (int shift = 8 * (static_cast<int>(sizeof(T)) - 1); shift >= 0; shift -= 8) {
      bytes_.push_back(static_cast<char>(value >> shift));
    }
  }

  std::string bytes_;
};

}  // namespace spanhound::sdk
