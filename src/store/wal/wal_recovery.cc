#include "store/wal/wal_recovery.h"

#include <algorithm>

#include "base/log.h"
#include "store/wal/wal_format.h"
#include "store/wal/wal_record.h"

namespace spanhound::store {
namespace {

// A group is taken whole or not at all, as it was acknowledged.
Result<std::optional<std::vector<ChunkPtr>>> ReadGroup(std::string_view records) {
  std::vector<ChunkPtr> chunks;
  while (!records.empty()) {
    ASSIGN_OR_RETURN(std::optional<ChunkPtr> chunk, TakeWalRecord(records));
    if (!chunk) return std::optional<std::vector<ChunkPtr>>();
    chunks.push_back(*std::move(chunk));
  }
  return std::optional(std::move(chunks));
}

// Whether some later group says that the bytes at `offset` had been synced.
bool WasSynced(std::string_view segment, uint64_t salt, uint64_t offset) {
  for (uint64_t at = offset; at < segment.size(); ++at) {
    const auto group = ReadWalGroupHeader(segment, at, salt);
    if (group && group->synced_offset > offset) return true;
  }
  return false;
}

Status Damaged(uint64_t offset) { return DataLoss("damaged at byte " + std::to_string(offset)); }

Result<WalSegmentContents> ReadGroups(std::string_view segment, const WalSegmentHeader& header,
                                      bool is_last, const ReplayChunk& replay) {
  WalSegmentContents contents;
  contents.sound_bytes = kWalSegmentHeaderBytes;
  contents.previous_bytes = header.previous_bytes;
  while (contents.sound_bytes < segment.size()) {
    const uint64_t offset = contents.sound_bytes;
    const auto group = ReadWalGroupHeader(segment, offset, header.salt);
    const uint64_t records_offset = offset + kWalGroupHeaderBytes;
    std::optional<std::vector<ChunkPtr>> chunks;
    if (group && group->records_bytes <= segment.size() - records_offset) {
      auto read = ReadGroup(segment.substr(records_offset, group->records_bytes));
      if (!read.ok()) return read.status().WithContext("group at byte " + std::to_string(offset));
      chunks = std::move(read).value();
    }
    if (!chunks) {
      if (!is_last || WasSynced(segment, header.salt, offset)) return Damaged(offset);
      return contents;
    }
    for (ChunkPtr& chunk : *chunks) replay(std::move(chunk));
    contents.synced_bytes = group->synced_offset;
    contents.sound_bytes = records_offset + group->records_bytes;
  }
  return contents;
}

// What was replayed has to last from now on: the next segment will stand for this one having been
// synced. So what nobody says was synced is written again, because a sync that failed before the
// restart left it readable, clean, and not on the disk.
Status MakeTailLast(FileSystem& files, const std::string& path, std::string_view segment,
                    const WalSegmentContents& contents) {
  if (contents.sound_bytes < segment.size()) {
    Log(LogLevel::kWarning, path + ": cut a torn tail of " +
                                std::to_string(segment.size() - contents.sound_bytes) +
                                " bytes that had not been acknowledged as synced");
  }
  const uint64_t tail_bytes = contents.sound_bytes - contents.synced_bytes;
  return files.ReplaceTail(path, contents.synced_bytes,
                           segment.substr(contents.synced_bytes, tail_bytes));
}

Status ReplaySegment(FileSystem& files, const std::string& directory, uint64_t number, bool is_last,
                     const ReplayChunk& replay, WalRecovery* recovery) {
  const std::string path = directory + "/" + WalSegmentName(number);
  ASSIGN_OR_RETURN(const std::string segment, ReadWholeFile(files, path));
  auto contents = ReadWalSegment(segment, number, is_last, replay);
  if (!contents.ok()) return contents.status().WithContext(path);
  // Not even the header was finished: the name is used again.
  if (contents->sound_bytes == 0) return files.Remove(path);
  RETURN_IF_ERROR(CheckWalSegmentEnd(directory, number - 1, recovery->last_segment_bytes,
                                     contents->previous_bytes));
  recovery->next_segment = number + 1;
  recovery->last_segment_bytes = contents->sound_bytes;
  return is_last ? MakeTailLast(files, path, segment, *contents) : Status::Ok();
}

}  // namespace

Result<std::vector<uint64_t>> ListWalSegments(FileSystem& files, const std::string& directory) {
  ASSIGN_OR_RETURN(std::vector<std::string> names, files.List(directory));
  std::vector<uint64_t> numbers;
  for (const std::string& name : names) {
    if (auto number = ParseWalSegmentName(name)) numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

Status CheckWalSegmentEnd(const std::string& directory, uint64_t number, uint64_t bytes,
                          uint64_t wanted_bytes) {
  if (bytes == 0 || wanted_bytes == 0 || bytes == wanted_bytes) return Status::Ok();
  return DataLoss(directory + "/" + WalSegmentName(number) + ": has " + std::to_string(bytes) +
                  " bytes, but " + std::to_string(wanted_bytes) + " were written");
}

Result<WalSegmentContents> ReadWalSegment(std::string_view segment, uint64_t number, bool is_last,
                                          const ReplayChunk& replay) {
  const auto header = ReadWalSegmentHeader(segment);
  if (!header) {
    // The header is synced before the first group is written.
    if (is_last && segment.size() <= kWalSegmentHeaderBytes) return WalSegmentContents();
    return Damaged(0);
  }
  if (header->number != number) return DataLoss("the header belongs to another segment");
  return ReadGroups(segment, *header, is_last, replay);
}

Result<WalRecovery> RecoverWal(FileSystem& files, const std::string& directory,
                               uint64_t first_segment, const ReplayChunk& replay,
                               const ReplayedSegment& replayed) {
  WalRecovery recovery;
  recovery.next_segment = first_segment;
  RETURN_IF_ERROR(RemoveWalSegments(files, directory, first_segment));
  ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers, ListWalSegments(files, directory));
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != recovery.next_segment) {
      return DataLoss(directory + "/" + WalSegmentName(recovery.next_segment) + " is missing");
    }
    RETURN_IF_ERROR(
        ReplaySegment(files, directory, numbers[i], i + 1 == numbers.size(), replay, &recovery));
    replayed(recovery.next_segment);
  }
  // The name of the next segment may otherwise reach the disk before that of the last one does.
  RETURN_IF_ERROR(files.SyncDirectory(directory));
  return recovery;
}

Status RemoveWalSegments(FileSystem& files, const std::string& directory, uint64_t first_segment) {
  ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers, ListWalSegments(files, directory));
  for (uint64_t number : numbers) {
    if (number >= first_segment) break;
    RETURN_IF_ERROR(files.Remove(directory + "/" + WalSegmentName(number)));
  }
  return Status::Ok();
}

}  // namespace spanhound::store
