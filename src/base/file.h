// The file seam: everything the store does to a disk goes through FileSystem, so that the crash
// simulator can stand in for it. Paths are plain; errors carry the path. What Sync() has not
// confirmed may be lost with the power, and a new, renamed or removed name only lasts once its
// directory was synced. FileSystem may be used from any thread; a file by one thread at a time,
// except RandomAccessFile::Read, which any thread may call.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace spanhound {

class WritableFile {
 public:
  virtual ~WritableFile() = default;  // Closes without syncing.
  virtual Status Append(std::string_view bytes) = 0;
  // fdatasync. After an error nothing about unsynced bytes may be trusted, and no retry helps.
  virtual Status Sync() = 0;
};

class RandomAccessFile {
 public:
  virtual ~RandomAccessFile() = default;
  virtual uint64_t size_bytes() const = 0;
  // Exactly `count` bytes into `out`; fewer is DATA_LOSS.
  virtual Status Read(uint64_t offset, size_t count, char* out) const = 0;
};

struct DiskSpace {
  uint64_t used_bytes = 0;
  uint64_t available_bytes = 0;  // to us
};

// Held for as long as it lives.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // Creates or truncates. Mode 0600, no symbolic links followed.
  virtual Result<std::unique_ptr<WritableFile>> Create(const std::string& path) = 0;
  virtual Result<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) = 0;
  // Names, not paths, in no order, without "." and ".."; all of them or an error.
  virtual Result<std::vector<std::string>> List(const std::string& directory) = 0;
  // Also fine when it exists. Mode 0700.
  virtual Status CreateDirectory(const std::string& path) = 0;
  virtual Status Remove(const std::string& path) = 0;
  // Atomic, replaces `to`.
  virtual Status Rename(const std::string& from, const std::string& to) = 0;
  // Writes `bytes` at `offset`, cuts off what lies behind them, and syncs. Bytes that are there
  // already are written all the same: after a failed sync, what is read may not be on the disk.
  virtual Status ReplaceTail(const std::string& path, uint64_t offset, std::string_view bytes) = 0;
  // Makes created, renamed and removed names in `path` last.
  virtual Status SyncDirectory(const std::string& path) = 0;
  // Of the file system that has `path`.
  virtual Result<DiskSpace> Space(const std::string& path) = 0;
  // FAILED_PRECONDITION if another process (or this one) holds it.
  virtual Result<std::unique_ptr<FileLock>> Lock(const std::string& path) = 0;
  // Beside others of its kind, not beside Lock. Changes nothing: NOT_FOUND if there is no such
  // file.
  virtual Result<std::unique_ptr<FileLock>> LockShared(const std::string& path) = 0;
};

Result<std::string> ReadWholeFile(FileSystem& files, const std::string& path);
// Temporary file, sync, rename, directory sync: readers see the old bytes or the new, never a mix.
Status ReplaceFile(FileSystem& files, const std::string& directory, const std::string& name,
                   std::string_view bytes);

// The real one; lives for ever.
FileSystem& PosixFileSystem();

}  // namespace spanhound
