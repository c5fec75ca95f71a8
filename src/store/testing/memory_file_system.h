// MemoryFileSystem: a disk whose power can be cut. It keeps what was written apart from what would
// survive: bytes after their file was synced, names after their directory was. For tests only.
// Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/random.h"

namespace spanhound::store {

class MemoryFileSystem : public FileSystem {
 public:
  // From the n-th changing call on (the next is 1) every one fails with `status`, `count` times.
  void FailFrom(uint64_t n, Status status, uint64_t count = UINT64_MAX) {
    std::lock_guard lock(mutex_);
    fail_from_ = calls_ + n;
    fail_until_ = count > UINT64_MAX - fail_from_ ? UINT64_MAX : fail_from_ + count;
    failure_ = std::move(status);
  }
  void StopFailing() { FailFrom(0, Status::Ok(), 0); }
  uint64_t calls() const {
    std::lock_guard lock(mutex_);
    return calls_;
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

  // Nothing works any more; call Crash when the users of the files are gone.
  void CutPower() { FailFrom(1, Unavailable("the power is gone")); }

  // What a machine would find after the power came back: synced bytes and names, and of the rest
  // whatever `random` says happened to reach the disk.
  void Crash(Random& random) {
    std::lock_guard lock(mutex_);
    std::set<std::string> names;
    for (const auto& [name, file] : files_) names.insert(name);
    for (const auto& [name, file] : lasting_) names.insert(name);
    for (const std::string& name : names) {
      if (random.Below(2) == 0) continue;
      // This change of a name made it to the disk.
      if (auto file = files_.find(name); file != files_.end()) {
        lasting_[name] = file->second;
      } else {
        lasting_.erase(name);
      }
    }
    for (auto& [name, file] : lasting_) LoseUnsynced(*file, random);
    files_ = lasting_;
    locks_.clear();
    fail_from_ = UINT64_MAX;
  }

  // For tests that damage files.
  std::string Bytes(const std::string& path) {
    std::lock_guard lock(mutex_);
    return files_.at(path)->bytes;
  }
  void SetBytes(const std::string& path, std::string bytes) {
    std::lock_guard lock(mutex_);
    auto& file = files_[path];
    file = std::make_shared<File>();
    file->bytes = file->lasting = std::move(bytes);
    lasting_[path] = file;
  }
  bool Exists(const std::string& path) {
    std::lock_guard lock(mutex_);
    return files_.contains(path);
  }

  Result<std::unique_ptr<WritableFile>> Create(const std::string& path) override {
    std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(CountCall());
    auto& file = files_[path];
    file = std::make_shared<File>();
    return std::unique_ptr<WritableFile>(new Writer(*this, file, path));
  }

  Result<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) override {
    std::lock_guard lock(mutex_);
    const auto found = files_.find(path);
    if (found == files_.end()) return NotFound("open " + path);
    return std::unique_ptr<RandomAccessFile>(new Reader(*this, found->second, path));
  }

  Result<std::vector<std::string>> List(const std::string& directory) override {
    std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [path, file] : files_) {
      if (DirectoryOf(path) == directory) names.push_back(path.substr(directory.size() + 1));
    }
    return names;
  }

  Status CreateDirectory(const std::string&) override { return Status::Ok(); }

  Status Remove(const std::string& path) override {
    std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(CountCall());
    return files_.erase(path) == 1 ? Status::Ok() : NotFound("remove " + path);
  }

  Status Rename(const std::string& from, const std::string& to) override {
    std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(CountCall());
    const auto found = files_.find(from);
    if (found == files_.end()) return NotFound("rename " + from);
    files_[to] = found->second;
    files_.erase(found);
    return Status::Ok();
  }

  Status Truncate(const std::string& path, uint64_t size_bytes) override {
    std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(CountCall());
    const auto found = files_.find(path);
    if (found == files_.end()) return NotFound("truncate " + path);
    found->second->bytes.resize(size_bytes);
    found->second->lasting = found->second->bytes;
    return Status::Ok();
  }

  Status SyncDirectory(const std::string& directory) override {
    std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(CountCall());
    std::erase_if(lasting_, [&](const auto& entry) {
      return DirectoryOf(entry.first) == directory && !files_.contains(entry.first);
    });
    for (const auto& [path, file] : files_) {
      if (DirectoryOf(path) == directory) lasting_[path] = file;
    }
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

 private:
  struct File {
    std::string bytes;
    std::string lasting;  // what a crash leaves for sure
  };

  class Writer : public WritableFile {
   public:
    Writer(MemoryFileSystem& disk, std::shared_ptr<File> file, std::string path)
        : disk_(disk), file_(std::move(file)), path_(std::move(path)) {}

    Status Append(std::string_view bytes) override {
      std::lock_guard lock(disk_.mutex_);
      if (Status status = disk_.CountCall(); !status.ok()) {
        file_->bytes.append(bytes.substr(0, bytes.size() / 2));
        return status;
      }
      const uint64_t room = disk_.capacity_ - std::min(disk_.capacity_, disk_.UsedBytes());
      file_->bytes.append(bytes.substr(0, std::min<uint64_t>(room, bytes.size())));
      if (bytes.size() > room) return ResourceExhausted("write " + path_ + ": disk full");
      return Status::Ok();
    }

    Status Sync() override {
      std::lock_guard lock(disk_.mutex_);
      RETURN_IF_ERROR(disk_.CountCall());
      file_->lasting = file_->bytes;
      return Status::Ok();
    }

   private:
    MemoryFileSystem& disk_;
    const std::shared_ptr<File> file_;
    const std::string path_;
  };

  class Reader : public RandomAccessFile {
   public:
    Reader(MemoryFileSystem& disk, std::shared_ptr<File> file, std::string path)
        : disk_(disk), file_(std::move(file)), path_(std::move(path)) {}

    uint64_t size_bytes() const override {
      std::lock_guard lock(disk_.mutex_);
      return file_->bytes.size();
    }

    Status Read(uint64_t offset, size_t count, char* out) const override {
      std::lock_guard lock(disk_.mutex_);
      const std::string& bytes = file_->bytes;
      if (offset > bytes.size() || count > bytes.size() - offset) {
        return DataLoss("read " + path_ + ": ends early");
      }
      bytes.copy(out, count, offset);
      return Status::Ok();
    }

   private:
    MemoryFileSystem& disk_;
    const std::shared_ptr<File> file_;
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

  static std::string DirectoryOf(const std::string& path) {
    return path.substr(0, path.find_last_of('/'));
  }

  // Pages reach the disk in any order: of the unsynced tail a prefix may be there, and of the
  // rest of it only zeros.
  static void LoseUnsynced(File& file, Random& random) {
    if (file.bytes.size() > file.lasting.size()) {
      const size_t tail = file.bytes.size() - file.lasting.size();
      const size_t kept = random.Below(tail + 1);
      const size_t zeros = random.Below(4) == 0 ? random.Below(tail - kept + 1) : 0;
      file.lasting += file.bytes.substr(file.lasting.size(), kept);
      file.lasting.append(zeros, '\0');
    }
    file.bytes = file.lasting;
  }

  uint64_t UsedBytes() const {
    uint64_t bytes = 0;
    for (const auto& [path, file] : files_) bytes += file->bytes.size();
    return bytes;
  }

  Status CountCall() {
    ++calls_;
    return calls_ >= fail_from_ && calls_ < fail_until_ ? failure_ : Status::Ok();
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<File>> files_;
  std::map<std::string, std::shared_ptr<File>> lasting_;
  std::set<std::string> locks_;
  uint64_t calls_ = 0;
  uint64_t fail_from_ = UINT64_MAX;
  uint64_t fail_until_ = UINT64_MAX;
  Status failure_;
  uint64_t capacity_ = UINT64_MAX;
};

}  // namespace spanhound::store
