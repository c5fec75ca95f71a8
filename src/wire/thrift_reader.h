// ThriftReader: the TBinaryProtocol of Apache Thrift, bounds-checked, views instead of copies. Like
// ByteReader it fails for good at the first malformed read: reads then give zeros, loops end, and
// ok() is asked once. Counts are checked against the bytes that are left before anyone allocates
// for them, and Skip goes kDepthMax deep at most. One thread.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace spanhound::wire {

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

  explicit ThriftReader(std::string_view bytes) : all_(bytes), rest_(bytes) {}

  struct Field {
    ThriftType type = ThriftType::kStop;
    int16_t id = 0;

    bool Is(int16_t wanted_id, ThriftType wanted_type) const {
      return id == wanted_id && type == wanted_type;
    }
  };
  // False at the end of the struct, or failed. Each field must then be read or skipped.
  bool NextField(Field* field);
  void Skip(const Field& field) { SkipValue(field.type, 0); }

  bool Bool() { return Integer<uint8_t>() != 0; }
  int16_t I16() { return static_cast<int16_t>(Integer<uint16_t>()); }
  int32_t I32() { return static_cast<int32_t>(Integer<uint32_t>()); }
  int64_t I64() { return static_cast<int64_t>(Integer<uint64_t>()); }
  double Double() { return std::bit_cast<double>(Integer<uint64_t>()); }
  std::string_view String();
  // The count of a list of structs, none of which is shorter than `struct_bytes_min`.
  uint32_t StructList(uint32_t struct_bytes_min);

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
  ThriftType Type() { return static_cast<ThriftType>(Integer<uint8_t>()); }
  uint32_t Count(uint32_t element_bytes_min);
  void SkipBytes(uint64_t count);
  void SkipValue(ThriftType type, int depth);
  void SkipElements(ThriftType type, uint32_t count, int depth);
  void Fail(const char* error);

  std::string_view all_;
  std::string_view rest_;
  const char* error_ = nullptr;
  size_t error_offset_ = 0;
};

}  // namespace spanhound::wire
