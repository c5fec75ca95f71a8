// The short way through a protobuf message that has just the fields it nearly always has: a decoder
// tries it first and leaves everything else to ProtoReader, which judges. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/proto_reader.h"

namespace spanhound::wire {

// If `message` starts with the length-delimited `field`, its number below 16 and its length of one
// byte: true, `bytes` is what the field holds and `message` what follows it. Else nothing changes.
inline bool TakeShortBytesField(std::string_view* message, uint32_t field,
                                std::string_view* bytes) {
  constexpr size_t kBesideBytes = 2;  // tag and length
  if (message->size() < kBesideBytes) return false;
  const auto tag = static_cast<uint8_t>((*message)[0]);
  const auto length = static_cast<uint8_t>((*message)[1]);
  if (tag != BytesTag(field) || length > 0x7f || length > message->size() - kBesideBytes) {
    return false;
  }
  *bytes = message->substr(kBesideBytes, length);
  message->remove_prefix(kBesideBytes + length);
  return true;
}

}  // namespace spanhound::wire
