// Protobuf's wire format, written as the fields come: no message objects, no second pass over the
// data.
//
// Put... write where their caller knows that there is room, and return where they ended: whoever
// puts several fields asks for the room of all at once. Append... ask themselves, for one field.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "byte_buffer.h"

namespace spanhound::sdk {

enum class ProtoType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

inline constexpr std::size_t kTagBytesMax = 5;
// A tag and a number, or a tag and a length.
inline constexpr std::size_t kHeadBytesMax = kTagBytesMax + 10;

constexpr std::size_t VarintBytes(std::uint64_t value) {
  return value < 0x80 ? 1 : static_cast<std::size_t>(std::bit_width(value) + 6) / 7;
}

inline char* PutVarint(char* at, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) *at++ = static_cast<char>(value | 0x80);
  *at++ = static_cast<char>(value);
  return at;
}

inline char* PutTag(char* at, unsigned field, ProtoType type) {
  return PutVarint(at, field << 3 | static_cast<unsigned>(type));
}

inline char* PutVarintField(char* at, unsigned field, std::uint64_t value) {
  return PutVarint(PutTag(at, field, ProtoType::kVarint), value);
}

// Protobuf is little-endian, and so is every machine this is built for.
template <typename T>
char* PutFixedField(char* at, unsigned field, T value) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8);
  at = PutTag(at, field, sizeof(T) == 8 ? ProtoType::kFixed64 : ProtoType::kFixed32);
  std::memcpy(at, &value, sizeof(T));
  return at + sizeof(T);
}

// What comes before `bytes` bytes.
inline char* PutBytesHead(char* at, unsigned field, std::size_t bytes) {
  return PutVarint(PutTag(at, field, ProtoType::kBytes), bytes);
}

inline char* PutBytesField(char* at, unsigned field, std::string_view bytes) {
  at = PutBytesHead(at, field, bytes.size());
  std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

inline void AppendVarintField(ByteBuffer* out, unsigned field, std::uint64_t value) {
  out->EndAt(PutVarintField(out->Room(kHeadBytesMax), field, value));
}

template <typename T>
void AppendFixedField(ByteBuffer* out, unsigned field, T value) {
  out->EndAt(PutFixedField(out->Room(kTagBytesMax + sizeof(T)), field, value));
}

inline void AppendBytesField(ByteBuffer* out, unsigned field, std::string_view bytes) {
  out->EndAt(PutBytesField(out->Room(kHeadBytesMax + bytes.size()), field, bytes));
}

// A message inside a message, from construction to destruction. Its length is not known before, and
// one byte of it is nearly always enough: longer ones are moved up at the end.
class ProtoMessage {
 public:
  ProtoMessage(ByteBuffer* out, unsigned field) : out_(*out) {
    out_.EndAt(PutBytesHead(out_.Room(kHeadBytesMax), field, 0));
    begin_ = out_.size();
  }
  ~ProtoMessage() {
    const std::size_t size = out_.size() - begin_;
    const std::size_t more = VarintBytes(size) - 1;
    if (more > 0) {
      char* const end = out_.Room(more);
      char* const begin = out_.data() + begin_;
      std::memmove(begin + more, begin, size);
      out_.EndAt(end + more);
    }
    PutVarint(out_.data() + begin_ - 1, size);
  }
  ProtoMessage(const ProtoMessage&) = delete;
  ProtoMessage& operator=(const ProtoMessage&) = delete;

 private:
  ByteBuffer& out_;
  std::size_t begin_ = 0;
};

}  // namespace spanhound::sdk
