// Text from the network made fit for an attribute: OTLP strings are UTF-8 and a header is as long
// as its sender likes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace spanhound::sdk {

inline constexpr std::size_t kAttributeBytesMax = 2048;  // longer values are cut

// Eight bytes at a time: nearly all attributes pass here.
inline bool IsAscii(std::string_view text) {
  std::uint64_t all = 0;
  const auto add_eight = [&](std::size_t at) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + at, sizeof(eight));
    all |= eight;
  };
  constexpr std::size_t kEight = sizeof(std::uint64_t);
  if (text.size() < kEight) {
    for (const char c : text) all |= static_cast<unsigned char>(c);
  } else {
    for (std::size_t at = 0; at + kEight <= text.size(); at += kEight) add_eight(at);
    add_eight(text.size() - kEight);
  }
  return (all & 0x8080808080808080ULL) == 0;
}

// Copies `text`; false when it is not all ASCII, and the copy of no use. As IsAscii, which would be
// a second look at every byte. Words may
// overlap.
inline bool CopyAscii(char* to, std::string_view text) {
  std::uint64_t all = 0;
  const auto copy = [&](std::size_t at, auto word) {
    std::memcpy(&word, text.data() + at, sizeof(word));
    std::memcpy(to + at, &word, sizeof(word));
    all |= word;
  };
  const std::size_t size = text.size();
  constexpr std::size_t kEight = sizeof(std::uint64_t);
  if (size >= kEight) {
    for (std::size_t at = 0; at + kEight <= size; at += kEight) copy(at, std::uint64_t{});
    copy(size - kEight, std::uint64_t{});
  } else if (size >= kEight / 2) {
    copy(0, std::uint32_t{});
    copy(size - kEight / 2, std::uint32_t{});
  } else if (size > 0) {
    for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) copy(at, std::uint8_t{});
  }
  return (all & 0x8080808080808080ULL) == 0;
}

// The length of the well-formed UTF-8 sequence `text` starts with, 0 if it starts with none.
inline std::size_t Utf8SequenceBytes(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned first = byte(0);
  if (first < 0x80) return text.empty() ? 0 : 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool too_large = first == 0xF4 && byte(1) > 0x8F;
    return continues(1) && continues(2) && continues(3) && !overlong && !too_large ? 4 : 0;
  }
  return 0;
}

// Bytes that are no UTF-8 become U+FFFD.
inline std::string AttributeText(std::string_view text) {
  if (text.size() <= kAttributeBytesMax && IsAscii(text)) return std::string(text);
  std::string clean;
  clean.reserve(text.size() < kAttributeBytesMax ? text.size() : kAttributeBytesMax);
  while (!text.empty()) {
    const std::size_t bytes = Utf8SequenceBytes(text);
    const std::string_view next = bytes == 0 ? "\xEF\xBF\xBD" : text.substr(0, bytes);
    if (clean.size() + next.size() > kAttributeBytesMax) break;
    clean.append(next);
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return clean;
}

}  // namespace spanhound::sdk
