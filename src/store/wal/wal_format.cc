#include "store/wal/wal_format.h"

#include "base/bytes.h"
#include "base/checksum.h"
#include "base/hex.h"

namespace spanhound::store {
namespace {

constexpr uint32_t kGroupMagic = 0x50524753;  // "SGRP"
constexpr std::string_view kSuffix = ".wal";

uint64_t SaltedChecksum(std::string_view bytes, uint64_t salt) {
  std::string salted;
  AppendFixed(salted, salt);
  salted.append(bytes);
  return Checksum64(salted);
}

}  // namespace

void AppendWalSegmentHeader(std::string& out, const WalSegmentHeader& header) {
  std::string fields(kWalMagic);
  AppendFixed(fields, header.number);
  AppendFixed(fields, header.salt);
  AppendFixed(fields, header.previous_bytes);
  AppendFixed(fields, Checksum64(fields));
  out.append(fields);
}

std::optional<WalSegmentHeader> ReadWalSegmentHeader(std::string_view bytes) {
  ByteReader in(bytes);
  const std::string_view fields = in.ReadBytes(kWalSegmentHeaderBytes - sizeof(uint64_t));
  const uint64_t checksum = in.ReadFixed<uint64_t>();
  if (!in.ok() || checksum != Checksum64(fields) || !fields.starts_with(kWalMagic)) {
    return std::nullopt;
  }
  ByteReader numbers(fields.substr(kWalMagic.size()));
  WalSegmentHeader header;
  header.number = numbers.ReadFixed<uint64_t>();
  header.salt = numbers.ReadFixed<uint64_t>();
  header.previous_bytes = numbers.ReadFixed<uint64_t>();
  return header;
}

void AppendWalGroupHeader(std::string& out, const WalGroupHeader& header, uint64_t salt) {
  std::string fields;
  AppendFixed(fields, kGroupMagic);
  AppendFixed(fields, header.records_bytes);
  AppendFixed(fields, header.synced_offset);
  AppendFixed(fields, header.offset);
  out.append(fields);
  AppendFixed(out, SaltedChecksum(fields, salt));
}

std::optional<WalGroupHeader> ReadWalGroupHeader(std::string_view segment, uint64_t offset,
                                                 uint64_t salt) {
  if (segment.size() - offset < kWalGroupHeaderBytes) return std::nullopt;
  ByteReader in(segment.substr(offset, kWalGroupHeaderBytes));
  if (in.ReadFixed<uint32_t>() != kGroupMagic) return std::nullopt;
  WalGroupHeader header;
  header.records_bytes = in.ReadFixed<uint32_t>();
  header.synced_offset = in.ReadFixed<uint64_t>();
  header.offset = in.ReadFixed<uint64_t>();
  const uint64_t checksum = in.ReadFixed<uint64_t>();
  const std::string_view fields = segment.substr(offset, kWalGroupHeaderBytes - sizeof(uint64_t));
  if (checksum != SaltedChecksum(fields, salt) || header.offset != offset ||
      header.synced_offset > offset) {
    return std::nullopt;
  }
  return header;
}

std::string WalSegmentName(uint64_t number) {
  std::string digits;
  for (int shift = 56; shift >= 0; shift -= 8) digits.push_back(static_cast<char>(number >> shift));
  return ToHex(digits) + std::string(kSuffix);
}

std::optional<uint64_t> ParseWalSegmentName(std::string_view name) {
  uint8_t bytes[8];
  if (!name.ends_with(kSuffix)) return std::nullopt;
  if (!FromHex(name.substr(0, name.size() - kSuffix.size()), bytes, 8)) return std::nullopt;
  uint64_t number = 0;
  for (uint8_t byte : bytes) number = number << 8 | byte;
  return number;
}

}  // namespace spanhound::store
