// Thrift's two protocols, as much of them as Jaeger's Batch needs. Both writers have the same
// functions, so that the batch is written once, as a template.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spanhound::sdk {

// TBinaryProtocol: big-endian, a type byte and a field id before every field, a zero byte after the
// last.
class BinaryThriftWriter {
 public:
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
  // That many elements follow, each between BeginElement and EndStruct.
  void BeginStructList(std::int16_t id, std::size_t size) {
    Field(kList, id);
    BigEndian(static_cast<std::uint8_t>(kStruct));
    BigEndian(static_cast<std::uint32_t>(size));
  }
  void BeginElement() {}
  void EndStruct() { bytes_.push_back('\0'); }

  std::string Take() { return std::move(bytes_); }

 private:
  enum Type : std::uint8_t {
    kBool = 2,
    kDouble = 4,
    kI32 = 8,
    kI64 = 10,
    kString = 11,
    kStruct = 12,
    kList = 15
  };
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

// TCompactProtocol: varints, and field ids as the difference to the one before.
class CompactThriftWriter {
 public:
  // A oneway call of `method`, whose arguments follow as a struct.
  void BeginOneway(std::string_view method) {
    bytes_.push_back(static_cast<char>(0x82));        // protocol
    bytes_.push_back(static_cast<char>(4 << 5 | 1));  // oneway, version
    Varint(0);                                        // sequence
    Varint(method.size());
    bytes_.append(method);
    BeginElement();
  }

  void Bool(std::int16_t id, bool value) { Field(value ? kTrue : kFalse, id); }
  void Double(std::int16_t id, double value) {
    Field(kDouble, id);
    auto bits = std::bit_cast<std::uint64_t>(value);
    for (int i = 0; i < 8; ++i, bits >>= 8) bytes_.push_back(static_cast<char>(bits));
  }
  void I32(std::int16_t id, std::int32_t value) {
    Field(kI32, id);
    ZigZag(value);
  }
  void I64(std::int16_t id, std::int64_t value) {
    Field(kI64, id);
    ZigZag(value);
  }
  void String(std::int16_t id, std::string_view value) {
    Field(kBinary, id);
    Varint(value.size());
    bytes_.append(value);
  }
  void BeginStruct(std::int16_t id) {
    Field(kStruct, id);
    BeginElement();
  }
  void BeginStructList(std::int16_t id, std::size_t size) {
    Field(kList, id);
    if (size < 15) {
      bytes_.push_back(static_cast<char>(size << 4 | kStruct));
    } else {
      bytes_.push_back(static_cast<char>(0xF0 | kStruct));
      Varint(size);
    }
  }
  void BeginElement() { last_ids_.push_back(0); }
  void EndStruct() {
    bytes_.push_back('\0');
    last_ids_.pop_back();
  }
  // Elements that another writer has written.
  void Append(std::string_view elements) { bytes_.append(elements); }

  std::string Take() { return std::move(bytes_); }

 private:
  enum Type : std::uint8_t {
    kTrue = 1,
    kFalse = 2,
    kI32 = 5,
    kI64 = 6,
    kDouble = 7,
    kBinary = 8,
    kList = 9,
    kStruct = 12
  };
  // Ids in Jaeger's structs grow, by less than 16.
  void Field(Type type, std::int16_t id) {
    bytes_.push_back(static_cast<char>((id - last_ids_.back()) << 4 | type));
    last_ids_.back() = id;
  }
  void Varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
    bytes_.push_back(static_cast<char>(value));
  }
  void ZigZag(std::int64_t value) {
    Varint(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
  }

  std::string bytes_;
  std::vector<std::int16_t> last_ids_;
};

}  // namespace spanhound::sdk
