// ThriftReader: the TBinaryProtocol and TCompactProtocol of Apache Thrift, bounds-checked, views
// instead of copies. Like ByteReader it fails for good at the first malformed read: reads then give
// zeros, loops end, and ok() is asked once. Counts are checked against the bytes that are left
// before anyone allocates for them, and Skip goes kDepthMax deep at most. One thread.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace spanhound::wire {

enum class ThriftProtocol : uint8_t { kBinary, kCompact };

// Numbered as in TBinaryProtocol; those of TCompactProtocol are translated.
enum class ThriftType : uint8_t {
  kStop = 0,
  kBool = 2,
  kByte = 3,
  kDouble = 4,
  kI16 = 6,
  kI32 = 8,
  kI64 = 10,
  kString = 11,
  kStruct = 12,
  kMap = 13,
  kSet = 14,
  kList = 15,
};

class ThriftReader {
 public:
  // jaeger.thrift nests 5 deep; fields we do not know may nest a little more.
  static constexpr int kDepthMax = 32;

  explicit ThriftReader(std::string_view bytes, ThriftProtocol protocol = ThriftProtocol::kBinary)
      : all_(bytes), rest_(bytes), protocol_(protocol) {}

  struct Field {
    ThriftType type = ThriftType::kStop;
    bool boolean = false;  // of a compact field, whose header holds the value
    int16_t id = 0;

    bool Is(int16_t wanted_id, ThriftType wanted_type) const {
      return id == wanted_id && type == wanted_type;
    }
  };
  // False at the end of the struct, or failed. Each field must then be read or skipped. A struct
  // is read with one Field, made for it: compact ids are relative to the one before.
  bool NextField(Field* field) {
    return protocol_ == ThriftProtocol::kBinary ? NextBinaryField(field) : NextCompactField(field);
  }
  void Skip(const Field& field) {
    const bool is_read = protocol_ == ThriftProtocol::kCompact && field.type == ThriftType::kBool;
    if (!is_read) SkipValue(field.type, 0);
  }

  bool Bool(const Field& field) {
    return protocol_ == ThriftProtocol::kBinary ? Integer<uint8_t>() != 0 : field.boolean;
  }
  int16_t I16() {
    if (protocol_ == ThriftProtocol::kCompact) return static_cast<int16_t>(ZigZagVarint());
    return static_cast<int16_t>(Integer<uint16_t>());
  }
  int32_t I32() {
    if (protocol_ == ThriftProtocol::kCompact) return static_cast<int32_t>(ZigZagVarint());
    return static_cast<int32_t>(Integer<uint32_t>());
  }
  int64_t I64() {
    if (protocol_ == ThriftProtocol::kCompact) return ZigZagVarint();
    return static_cast<int64_t>(Integer<uint64_t>());
  }
  double Double();
  std::string_view String();
  // The count of a list of structs, none of which is shorter than `struct_bytes_min`.
  uint32_t StructList(uint32_t struct_bytes_min);

  // The head of a call: what is called, and in which protocol its arguments, a struct, follow. Both
  // protocols and the old binary head without a version are understood.
  std::string_view CallName();

  ThriftProtocol protocol() const { return protocol_; }
  bool ok() const { return error_ == nullptr; }
  const char* error() const { return error_; }
  size_t offset() const { return ok() ? all_.size() - rest_.size() : error_offset_; }

 private:
  template <typename T>
  T Integer() {
    if (rest_.size() < sizeof(T)) return Fail("value cut short"), T{0};
    T value = 0;
    for (size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<T>(uint64_t{value} << 8 | static_cast<uint8_t>(rest_[i]));
    }
    rest_.remove_prefix(sizeof(T));
    return value;
  }
  uint64_t Varint();
  int64_t ZigZagVarint() {
    const uint64_t value = Varint();
    return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
  }
  bool NextBinaryField(Field* field);
  bool NextCompactField(Field* field);
  // The type and count of a list or set, no element of which is shorter than `element_bytes_min`.
  uint32_t ListHead(uint32_t element_bytes_min, ThriftType* type);
  uint32_t Checked(uint64_t count, uint32_t element_bytes_min);
  void SkipBytes(uint64_t count);
  void SkipValue(ThriftType type, int depth);
  void SkipElements(ThriftType type, uint32_t count, int depth);
  void SkipMap(int depth);
  uint32_t FixedBytes(ThriftType type) const;
  void Fail(const char* error);

  std::string_view all_;
  std::string_view rest_;
  ThriftProtocol protocol_;
  const char* error_ = nullptr;
  size_t error_offset_ = 0;
};

}  // namespace spanhound::wire
