// Little-endian and varint encoding over strings, and ByteReader, the bounds-checked way back.
// ByteReader never reads past its end: the first short or malformed read makes it fail for good,
// so a decoder may check ok() once at the end of a section. Single-threaded values.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace spanhound {

template <typename T>
void AppendFixed(std::string& out, T value) {
  static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>);
  static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the formats are little-endian");
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

// LEB128, as protobuf.
inline void AppendVarint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

inline uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
inline int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}
inline void AppendSignedVarint(std::string& out, int64_t value) {
  AppendVarint(out, ZigZag(value));
}

// Varint length, then the bytes.
inline void AppendLengthPrefixed(std::string& out, std::string_view bytes) {
  AppendVarint(out, bytes.size());
  out.append(bytes);
}

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  bool empty() const { return rest_.empty(); }
  size_t remaining() const { return rest_.size(); }
  std::string_view rest() const { return rest_; }

  template <typename T>
  T ReadFixed() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    if (rest_.size() < sizeof(T)) {
      Fail();
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
    return value;
  }

  uint64_t ReadVarint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      uint8_t byte = static_cast<uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    Fail();
    return 0;
  }

  int64_t ReadSignedVarint() { return UnZigZag(ReadVarint()); }

  std::string_view ReadBytes(size_t count) {
    if (rest_.size() < count) {
      Fail();
      return {};
    }
    std::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }

  std::string_view ReadLengthPrefixed() { return ReadBytes(ReadVarint()); }

  // Reads an element count and refuses one that the remaining bytes cannot hold, so that nobody
  // allocates on the word of a damaged or hostile length.
  size_t ReadCount(size_t element_bytes_min) {
    uint64_t count = ReadVarint();
    if (element_bytes_min > 0 && count > rest_.size() / element_bytes_min) {
      Fail();
      return 0;
    }
    return count;
  }

 private:
  void Fail() {
    ok_ = false;
    rest_ = {};
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace spanhound
