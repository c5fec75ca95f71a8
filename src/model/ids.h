// Trace and span ids: opaque bytes, all zero means "none" (W3C trace context). Values.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/hex.h"

namespace spanhound::model {

template <size_t kBytes>
struct Id {
  static constexpr size_t kSize = kBytes;
  std::array<uint8_t, kBytes> bytes{};

  bool is_zero() const { return bytes == std::array<uint8_t, kBytes>{}; }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), kBytes}; }
  std::string ToHex() const { return spanhound::ToHex(view()); }

  // `raw` must be exactly kBytes long; false otherwise.
  bool SetBytes(std::string_view raw) {
    if (raw.size() != kBytes) return false;
    std::memcpy(bytes.data(), raw.data(), kBytes);
    return true;
  }
  bool SetHex(std::string_view digits) { return FromHex(digits, bytes.data(), kBytes); }

  auto operator<=>(const Id&) const = default;
};

using TraceId = Id<16>;
using SpanId = Id<8>;

// Ids are random in at least their last eight bytes, so those are the hash.
struct IdHash {
  template <size_t kBytes>
  size_t operator()(const Id<kBytes>& id) const {
    uint64_t tail;
    std::memcpy(&tail, id.bytes.data() + kBytes - 8, 8);
    return tail * 0x9e3779b97f4a7c15u;
  }
};

}  // namespace spanhound::model
