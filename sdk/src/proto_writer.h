// Protobuf's wire format, appended to a string as the fields come: no message objects, no second
// pass over the data.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace spanhound::sdk {

enum class ProtoType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

inline void AppendVarint(std::string* out, std::uint64_t value) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

inline void AppendTag(std::string* out, unsigned field, ProtoType type) {
  AppendVarint(out, field << 3 | static_cast<unsigned>(type));
}

inline void AppendVarintField(std::string* out, unsigned field, std::uint64_t value) {
  AppendTag(out, field, ProtoType::kVarint);
  AppendVarint(out, value);
}

// Protobuf is little-endian, and so is every machine this is built for.
template <typename T>
void AppendFixedField(std::string* out, unsigned field, T value) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8);
  AppendTag(out, field, sizeof(T) == 8 ? ProtoType::kFixed64 : ProtoType::kFixed32);
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out->append(bytes, sizeof(T));
}

inline void AppendBytesField(std::string* out, unsigned field, std::string_view bytes) {
  AppendTag(out, field, ProtoType::kBytes);
  AppendVarint(out, bytes.size());
  out->append(bytes);
}

// A message inside a message, from construction to destruction. Its length is not known before, and
// one byte of it is nearly always enough: longer ones are moved up at the end.
class ProtoMessage {
 public:
  ProtoMessage(std::string* out, unsigned field) : out_(*out) {
    AppendTag(out, field, ProtoType::kBytes);
    out_.push_back(0);
    begin_ = out_.size();
  }
  ~ProtoMessage() {
    const std::size_t size = out_.size() - begin_;
    if (size < 0x80) {
      out_[begin_ - 1] = static_cast<char>(size);
      return;
    }
    std::string length;
    AppendVarint(&length, size);
    out_.replace(begin_ - 1, 1, length);
  }
  ProtoMessage(const ProtoMessage&) = delete;
  ProtoMessage& operator=(const ProtoMessage&) = delete;

 private:
  std::string& out_;
  std::size_t begin_ = 0;
};

}  // namespace spanhound::sdk
