// ProtoReader: pull reader over the fields of one protobuf message; views into its bytes, no
// copies, no exceptions (which is why it is not protozero). Next() reads a whole field, so unknown
// fields are skipped by not looking at them, and a known number with another wire type is an
// unknown field, as in every protobuf implementation. Groups are refused. One thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace spanhound::wire {

enum class WireType : uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

// The key a field starts with: its number and wire type in one integer, to switch over.
constexpr uint32_t ProtoTag(uint32_t field, WireType type) {
  return field << 3 | static_cast<uint32_t>(type);
}
constexpr uint32_t VarintTag(uint32_t field) { return ProtoTag(field, WireType::kVarint); }
constexpr uint32_t Fixed64Tag(uint32_t field) { return ProtoTag(field, WireType::kFixed64); }
constexpr uint32_t Fixed32Tag(uint32_t field) { return ProtoTag(field, WireType::kFixed32); }
constexpr uint32_t BytesTag(uint32_t field) { return ProtoTag(field, WireType::kBytes); }

class ProtoReader {
 public:
  explicit ProtoReader(std::string_view message)
      : next_(message.data()), end_(message.data() + message.size()) {}

  // False at the end of the message, or when it is malformed: then error() is not null.
  bool Next() {
    if (next_ == end_) return false;
    field_begin_ = next_;
    uint64_t tag;
    if (!ReadVarint(&tag)) return Fail("field key cut short or too long");
    if (tag > UINT32_MAX || tag >> 3 == 0) return Fail("field number out of range");
    tag_ = static_cast<uint32_t>(tag);
    switch (static_cast<WireType>(tag_ & 7)) {
      case WireType::kVarint: return ReadVarint(&value_) || Fail("varint cut short or too long");
      case WireType::kFixed64: return ReadFixed<uint64_t>();
      case WireType::kFixed32: return ReadFixed<uint32_t>();
      case WireType::kBytes: return ReadBytes();
    }
    return Fail("groups and unknown wire types are not supported");
  }

  uint32_t tag() const { return tag_; }
  // Of a varint or fixed field; double_value() of a fixed64.
  uint64_t value() const { return value_; }
  double double_value() const {
    double real;
    std::memcpy(&real, &value_, sizeof real);
    return real;
  }
  // Of a length-delimited field.
  std::string_view bytes() const { return bytes_; }

  // Where the field last read starts, to come back to it with a second reader.
  const char* field_begin() const { return field_begin_; }
  const char* end() const { return end_; }
  const char* error() const { return error_; }

 private:
  bool Fail(const char* error) {
    error_ = error;
    return false;
  }

  bool ReadVarint(uint64_t* value) {
    if (next_ != end_ && static_cast<uint8_t>(*next_) < 0x80) {  // nearly all of them
      *value = static_cast<uint8_t>(*next_++);
      return true;
    }
    uint64_t result = 0;
    for (int shift = 0; shift < 70 && next_ != end_; shift += 7) {
      const uint8_t byte = static_cast<uint8_t>(*next_++);
      result |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) {
        *value = result;
        return true;
      }
    }
    return false;
  }

  template <typename T>
  bool ReadFixed() {
    if (static_cast<size_t>(end_ - next_) < sizeof(T)) return Fail("fixed field cut short");
    T value;
    std::memcpy(&value, next_, sizeof value);
    value_ = value;
    next_ += sizeof value;
    return true;
  }

  bool ReadBytes() {
    uint64_t size;
    if (!ReadVarint(&size)) return Fail("length cut short or too long");
    if (size > static_cast<size_t>(end_ - next_)) return Fail("length past the end");
    bytes_ = {next_, static_cast<size_t>(size)};
    next_ += size;
    return true;
  }

  const char* next_;
  const char* end_;
  const char* field_begin_ = nullptr;
  const char* error_ = nullptr;
  uint32_t tag_ = 0;
  uint64_t value_ = 0;
  std::string_view bytes_;
};

}  // namespace spanhound::wire
