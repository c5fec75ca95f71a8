// The bytes of a log segment: header, then groups, each of them one write and (with --durability
// sync) one fdatasync. docs/format/wal.md draws them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spanhound::store {

inline constexpr std::string_view kWalMagic = "SPHWAL02";
static_assert(kWalMagic.size() == 8);
inline constexpr size_t kWalSegmentHeaderBytes = 40;
inline constexpr size_t kWalGroupHeaderBytes = 32;
inline constexpr size_t kWalRecordHeaderBytes = 20;

// One batch, encoded. Larger ones are refused at the door; a size above it in a file is damage.
inline constexpr uint64_t kWalRecordRawBytesMax = 256u << 20;
inline constexpr size_t kTenantBytesMax = 256;

struct WalSegmentHeader {
  uint64_t number = 0;
  // Mixed into the checksums of group headers, so that a group header inside somebody's attribute
  // value is not taken for one of ours when a damaged segment is searched.
  uint64_t salt = 0;
  // Size of the segment before when this one was made, 0 if there was none: groups that are missing
  // at its end leave no other trace.
  uint64_t previous_bytes = 0;
};

struct WalGroupHeader {
  uint32_t records_bytes = 0;  // behind this header
  // Everything in the segment before this offset was on disk when the group was written. That is
  // how recovery tells damage (below some such offset) from a torn tail (above all of them).
  uint64_t synced_offset = 0;
  uint64_t offset = 0;  // of the group itself
};

void AppendWalSegmentHeader(std::string& out, const WalSegmentHeader& header);
std::optional<WalSegmentHeader> ReadWalSegmentHeader(std::string_view bytes);

void AppendWalGroupHeader(std::string& out, const WalGroupHeader& header, uint64_t salt);
// Nothing unless a sound header stands at `offset` of the segment.
std::optional<WalGroupHeader> ReadWalGroupHeader(std::string_view segment, uint64_t offset,
                                                 uint64_t salt);

// "00000000000000ff.wal" and back.
std::string WalSegmentName(uint64_t number);
std::optional<uint64_t> ParseWalSegmentName(std::string_view name);

}  // namespace spanhound::store
