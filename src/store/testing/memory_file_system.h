// MemoryFileSystem: a disk whose power can be cut and whose calls can be made to fail. It keeps
// what programs see apart from what would survive: bytes after their file was synced (MemoryFile),
// names after their directory was. For tests only. Any thread.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/random.h"
#include "store/testing/memory_file.h"

namespace spanhound::store {

class MemoryFileSystem : public FileSystem {
 public:
  // `seed` decides what failing calls leave behind.
  explicit MemoryFileSystem(uint64_t seed = 1) : random_(seed) {}

  // From the n-th changing call on (the next is 1) every one fails with `status`, `count` times. A
  // failing write leaves `kept_percent` of its bytes, a failing sync some of them.
  void FailFrom(uint64_t n, Status status, uint64_t count = UINT64_MAX,
                uint64_t kept_percent = 50) {
    std::lock_guard lock(mutex_);
    changes_.FailFrom(n, std::move(status), count);
    kept_percent_ = kept_percent;
  }
  // The same for calls that read: List, Open and RandomAccessFile::Read.
  void FailReadsFrom(uint64_t n, Status status, uint64_t count = UINT64_MAX) {
    std::lock_guard lock(mutex_);
    reads_.FailFrom(n, std::move(status), count);
  }
  void StopFailing() {
    std::lock_guard lock(mutex_);
    changes_.StopFailing();
    reads_.StopFailing();
    is_dying_ = false;
  }
  uint64_t calls() const {
    std::lock_guard lock(mutex_);
    return changes_.count;
  }
  uint64_t reads() const {
    std::lock_guard lock(mutex_);
    return reads_.count;
  }

  // Bytes all files together may have; more is RESOURCE_EXHAUSTED, after a part was written.
  void SetCapacity(uint64_t bytes) {
    std::lock_guard lock(mutex_);
    capacity_ = bytes;
  }
  uint64_t used_bytes() const {
    std::lock_guard lock(mutex_);
    return UsedBytes();
  }

  // Changing calls wait from now on until Release; held_count() tells how many do.
  void Hold() {
    std::lock_guard lock(mutex_);
    is_holding_ = true;
  }
  void Release() {
    std::lock_guard lock(mutex_);
    is_holding_ = false;
    released_.notify_all();
  }
  uint64_t held_count() const {
    std::lock_guard lock(mutex_);
    return held_count_;
  }

  // From the n-th changing call on nothing works any more and nothing changes. When the users of
  // the files are gone, call Crash if the power was cut, or Restart if only the process died.
  void DieFrom(uint64_t n) {
    FailFrom(n, Unavailable("the process is dead"));
    std::lock_guard lock(mutex_);
    is_dying_ = true;
  }
  void CutPower() { DieFrom(1); }
  void Restart() {
    std::lock_guard lock(mutex_);
    ReleaseProcess();
  }

  // What a machine would find after the power came back: synced bytes and names, and of the rest
  // whatever `random` says happened to reach the disk.
  void Crash(Random& random) {
    std::lock_guard lock(mutex_);
    LoseNames(random);
    for (auto& [name, file] : lasting_) file->Lose(random);
    files_ = lasting_;
    ReleaseProcess();
  }

  // For tests that damage files.
  std::string Bytes(const std::string& path) {
    std::lock_guard lock(mutex_);
    return files_.at(path)->bytes();
  }
  void SetBytes(const std::string& path, std::string_view bytes) {
    std::lock_guard lock(mutex_);
    auto file = std::make_shared<MemoryFile>();
    file->Append(bytes);
    file->Sync();
    files_[path] = lasting_[path] = file;
  }
  bool Exists(const std::string& path) {
    std::lock_guard lock(mutex_);
    return files_.contains(path);
  }
  std::vector<std::string> Paths() {
    std::lock_guard lock(mutex_);
    std::vector<std::string> paths;
    for (const auto& [path, file] : files_) paths.push_back(path);
    return paths;
  }

  Result<std::unique_ptr<WritableFile>> Create(const std::string& path) override {
    std::unique_lock lock(mutex_);
    RETURN_IF_ERROR(CountChange(lock));
    auto& file = files_[path];
    if (file == nullptr) file = std::make_shared<MemoryFile>();
    file->Truncate(0);
    return std::unique_ptr<WritableFile>(new Writer(*this, file, path));
  }

  Result<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) override {
    std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(reads_.Count());
    const auto found = files_.find(path);
    if (found == files_.end()) return NotFound("open " + path);
    return std::unique_ptr<RandomAccessFile>(new Reader(*this, found->second, path));
  }

  Result<std::vector<std::string>> List(const std::string& directory) override {
    std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(reads_.Count());
    std::vector<std::string> names;
    for (const auto& [path, file] : files_) {
      if (DirectoryOf(path) == directory) names.push_back(path.substr(directory.size() + 1));
    }
    return names;
  }

  Status CreateDirectory(const std::string& directory) override {
    std::unique_lock lock(mutex_);
    RETURN_IF_ERROR(CountChange(lock));
    const std::string path = directory.ends_with('/') ? DirectoryOf(directory) : directory;
    if (directories_.insert(path).second) unsynced_directories_.insert(path);
    return Status::Ok();
  }

  Status Remove(const std::string& path) override {
    std::unique_lock lock(mutex_);
    RETURN_IF_ERROR(CountChange(lock));
    return files_.erase(path) == 1 ? Status::Ok() : NotFound("remove " + path);
  }

  Status Rename(const std::string& from, const std::string& to) override {
    std::unique_lock lock(mutex_);
    RETURN_IF_ERROR(CountChange(lock));
    const auto found = files_.find(from);
    if (found == files_.end()) return NotFound("rename " + from);
    files_[to] = found->second;
    files_.erase(found);
    return Status::Ok();
  }

  Status ReplaceTail(const std::string& path, uint64_t offset, std::string_view bytes) override {
    std::unique_lock lock(mutex_);
    const Status failure = CountChange(lock);
    const auto found = files_.find(path);
    if (found == files_.end()) return NotFound("replace the tail of " + path);
    MemoryFile& file = *found->second;
    // It fails at the first step or at the last.
    if (!failure.ok() && (is_dying_ || random_.Below(2) == 0)) return failure;
    file.Write(offset, bytes);
    file.Truncate(offset + bytes.size());
    if (!failure.ok()) {
      file.FailSync(random_);
      return failure;
    }
    file.Sync();
    return Status::Ok();
  }

  Status SyncDirectory(const std::string& directory) override {
    std::unique_lock lock(mutex_);
    RETURN_IF_ERROR(CountChange(lock));
    const std::string path = directory.ends_with('/') ? DirectoryOf(directory) : directory;
    std::erase_if(lasting_, [&](const auto& entry) {
      return DirectoryOf(entry.first) == path && !files_.contains(entry.first);
    });
    for (const auto& [name, file] : files_) {
      if (DirectoryOf(name) == path) lasting_[name] = file;
    }
    std::erase_if(unsynced_directories_,
                  [&](const std::string& name) { return DirectoryOf(name) == path; });
    return Status::Ok();
  }

  Result<DiskSpace> Space(const std::string&) override {
    std::lock_guard lock(mutex_);
    const uint64_t used = UsedBytes();
    return DiskSpace{used, capacity_ - std::min(capacity_, used)};
  }

  Result<std::unique_ptr<FileLock>> Lock(const std::string& path) override {
    std::lock_guard lock(mutex_);
    if (!locks_.insert(path).second) return FailedPrecondition("lock " + path + ": held");
    return std::unique_ptr<FileLock>(new HeldLock(*this, path));
  }
  Result<std::unique_ptr<FileLock>> LockShared(const std::string& path) override {
    return Lock(path);
  }

 private:
  // Counts calls of one kind; some of them fail.
  struct CallCounter {
    uint64_t count = 0;
    uint64_t fail_from = UINT64_MAX;
    uint64_t fail_until = UINT64_MAX;
    Status failure;

    void FailFrom(uint64_t n, Status status, uint64_t times) {
      fail_from = count + n;
      fail_until = times > UINT64_MAX - fail_from ? UINT64_MAX : fail_from + times;
      failure = std::move(status);
    }
    void StopFailing() { fail_from = fail_until = UINT64_MAX; }
    Status Count() {
      ++count;
      return count >= fail_from && count < fail_until ? failure : Status::Ok();
    }
  };

  class Writer : public WritableFile {
   public:
    Writer(MemoryFileSystem& disk, std::shared_ptr<MemoryFile> file, std::string path)
        : disk_(disk), file_(std::move(file)), path_(std::move(path)) {}

    Status Append(std::string_view bytes) override {
      std::unique_lock lock(disk_.mutex_);
      if (Status status = disk_.CountChange(lock); !status.ok()) {
        const uint64_t kept_percent = disk_.is_dying_ ? 0 : disk_.kept_percent_;
        file_->Append(bytes.substr(0, bytes.size() * kept_percent / 100));
        return status;
      }
      const uint64_t room = disk_.capacity_ - std::min(disk_.capacity_, disk_.UsedBytes());
      file_->Append(bytes.substr(0, std::min<uint64_t>(room, bytes.size())));
      if (bytes.size() > room) return ResourceExhausted("write " + path_ + ": disk full");
      return Status::Ok();
    }

    Status Sync() override {
      std::unique_lock lock(disk_.mutex_);
      if (Status status = disk_.CountChange(lock); !status.ok()) {
        if (!disk_.is_dying_) file_->FailSync(disk_.random_);
        return status;
      }
      file_->Sync();
      return Status::Ok();
    }

   private:
    MemoryFileSystem& disk_;
    const std::shared_ptr<MemoryFile> file_;
    const std::string path_;
  };

  class Reader : public RandomAccessFile {
   public:
    Reader(MemoryFileSystem& disk, std::shared_ptr<MemoryFile> file, std::string path)
        : disk_(disk), file_(std::move(file)), path_(std::move(path)) {}

    uint64_t size_bytes() const override {
      std::lock_guard lock(disk_.mutex_);
      return file_->bytes().size();
    }

    Status Read(uint64_t offset, size_t count, char* out) const override {
      std::lock_guard lock(disk_.mutex_);
      if (Status status = disk_.reads_.Count(); !status.ok()) {
        return status.WithContext("read " + path_);
      }
      const std::string& bytes = file_->bytes();
      if (offset > bytes.size() || count > bytes.size() - offset) {
        return DataLoss("read " + path_ + ": ends early");
      }
      bytes.copy(out, count, offset);
      return Status::Ok();
    }

   private:
    MemoryFileSystem& disk_;
    const std::shared_ptr<MemoryFile> file_;
    const std::string path_;
  };

  class HeldLock : public FileLock {
   public:
    HeldLock(MemoryFileSystem& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
    ~HeldLock() override {
      std::lock_guard lock(disk_.mutex_);
      disk_.locks_.erase(path_);
    }

   private:
    MemoryFileSystem& disk_;
    const std::string path_;
  };

  void ReleaseProcess() {
    locks_.clear();
    changes_.StopFailing();
    reads_.StopFailing();
    is_dying_ = false;
  }

  // Of "/a" it is "".
  static std::string DirectoryOf(const std::string& path) {
    return path.substr(0, path.find_last_of('/'));
  }

  // Every change of a name since its directory was synced made it to the disk or did not.
  void LoseNames(Random& random) {
    std::set<std::string> names;
    for (const auto& [name, file] : files_) names.insert(name);
    for (const auto& [name, file] : lasting_) names.insert(name);
    for (const std::string& name : names) {
      if (random.Below(2) == 0) continue;
      if (auto file = files_.find(name); file != files_.end()) {
        lasting_[name] = file->second;
      } else {
        lasting_.erase(name);
      }
    }
    for (const std::string& directory : unsynced_directories_) {
      if (random.Below(2) == 0) continue;
      std::erase_if(lasting_,
                    [&](const auto& entry) { return entry.first.starts_with(directory + "/"); });
      directories_.erase(directory);
    }
    unsynced_directories_.clear();
  }

  uint64_t UsedBytes() const {
    uint64_t bytes = 0;
    for (const auto& [path, file] : files_) bytes += file->bytes().size();
    return bytes;
  }

  Status CountChange(std::unique_lock<std::mutex>& lock) {
    ++held_count_;
    released_.wait(lock, [this] { return !is_holding_; });
    --held_count_;
    return changes_.Count();
  }

  mutable std::mutex mutex_;
  std::condition_variable released_;
  SeededRandom random_;
  std::map<std::string, std::shared_ptr<MemoryFile>> files_;
  std::map<std::string, std::shared_ptr<MemoryFile>> lasting_;
  std::set<std::string> directories_;
  std::set<std::string> unsynced_directories_;
  std::set<std::string> locks_;
  CallCounter changes_;
  CallCounter reads_;
  uint64_t kept_percent_ = 50;
  uint64_t capacity_ = UINT64_MAX;
  bool is_dying_ = false;
  bool is_holding_ = false;
  uint64_t held_count_ = 0;
};

}  // namespace spanhound::store
