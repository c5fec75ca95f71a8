// Small fields of protobuf's wire format, put together aside and appended at once: a string looks
// at its room for each piece it is given.
//
// Threads: one at a time. Failure: none; whoever adds knows that it fits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "proto_writer.h"

namespace spanhound::sdk {

template <std::size_t kBytesMax>
class ProtoScratch {
 public:
  void AddVarint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) AddByte(value | 0x80);
    AddByte(value);
  }
  void AddTag(unsigned field, ProtoType type) {
    AddVarint(field << 3 | static_cast<unsigned>(type));
  }
  void AddVarintField(unsigned field, std::uint64_t value) {
    AddTag(field, ProtoType::kVarint);
    AddVarint(value);
  }
  template <typename T>
  void AddFixedField(unsigned field, T value) {
    static_assert(sizeof(T) == 4 || sizeof(T) == 8);
    AddTag(field, sizeof(T) == 8 ? ProtoType::kFixed64 : ProtoType::kFixed32);
    AddBytes(&value, sizeof(T));
  }
  void AddBytesField(unsigned field, std::string_view bytes) {
    AddTag(field, ProtoType::kBytes);
    AddVarint(bytes.size());
    AddBytes(bytes.data(), bytes.size());
  }

  std::string_view bytes() const { return {bytes_, size_}; }

 private:
  void AddByte(std::uint64_t byte) { bytes_[size_++] = static_cast<char>(byte); }
  void AddBytes(const void* bytes, std::size_t count) {
    std::memcpy(bytes_ + size_, bytes, count);
    size_ += count;
  }

  char bytes_[kBytesMax];
  std::size_t size_ = 0;
};

}  // namespace spanhound::sdk
