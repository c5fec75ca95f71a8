#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/file.h"

namespace spanhound {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Result<Descriptor> OpenDescriptor(const std::string& path, int flags) {
  // A file of the store is never a link. Its directory may be one: with DynamicUser systemd makes
  // /var/lib/spanhound a link, and so do administrators whose disk is elsewhere.
  const int no_link = (flags & O_DIRECTORY) != 0 ? 0 : O_NOFOLLOW;
  int fd = ::open(path.c_str(), flags | no_link | O_CLOEXEC, 0600);
  if (fd < 0) return ErrnoStatus("open " + path, errno);
  return Descriptor(fd);
}

class PosixWritableFile : public WritableFile {
 public:
  PosixWritableFile(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Status Append(std::string_view bytes) override {
    while (!bytes.empty()) {
      ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return ErrnoStatus("write " + path_, errno);
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return Status::Ok();
  }

  Status Sync() override {
    if (::fdatasync(fd_.get()) != 0) return ErrnoStatus("fdatasync " + path_, errno);
    return Status::Ok();
  }

 private:
  Descriptor fd_;
  std::string path_;
};

class PosixRandomAccessFile : public RandomAccessFile {
 public:
  PosixRandomAccessFile(Descriptor fd, std::string path, uint64_t size_bytes)
      : fd_(std::move(fd)), path_(std::move(path)), size_bytes_(size_bytes) {}

  uint64_t size_bytes() const override { return size_bytes_; }

  Status Read(uint64_t offset, size_t count, char* out) const override {
    while (count > 0) {
      ssize_t got = ::pread(fd_.get(), out, count, static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return ErrnoStatus("read " + path_, errno);
      if (got == 0) return DataLoss("read " + path_ + ": ends before " + std::to_string(offset));
      out += got;
      offset += static_cast<uint64_t>(got);
      count -= static_cast<size_t>(got);
    }
    return Status::Ok();
  }

 private:
  Descriptor fd_;
  std::string path_;
  uint64_t size_bytes_;
};

class PosixFileLock : public FileLock {
 public:
  explicit PosixFileLock(Descriptor fd) : fd_(std::move(fd)) {}

 private:
  Descriptor fd_;
};

Result<std::unique_ptr<FileLock>> TakeLock(const std::string& path, int flags, int kind) {
  ASSIGN_OR_RETURN(Descriptor fd, OpenDescriptor(path, flags));
  if (::flock(fd.get(), kind | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return ErrnoStatus("lock " + path, errno);
    return FailedPrecondition("lock " + path + ": another process holds it");
  }
  return std::unique_ptr<FileLock>(new PosixFileLock(std::move(fd)));
}

class PosixFileSystemImpl : public FileSystem {
 public:
  Result<std::unique_ptr<WritableFile>> Create(const std::string& path) override {
    ASSIGN_OR_RETURN(Descriptor fd, OpenDescriptor(path, O_WRONLY | O_CREAT | O_TRUNC));
    return std::unique_ptr<WritableFile>(new PosixWritableFile(std::move(fd), path));
  }

  Result<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) override {
    ASSIGN_OR_RETURN(Descriptor fd, OpenDescriptor(path, O_RDONLY));
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return ErrnoStatus("stat " + path, errno);
    return std::unique_ptr<RandomAccessFile>(
        new PosixRandomAccessFile(std::move(fd), path, static_cast<uint64_t>(info.st_size)));
  }

  Result<std::vector<std::string>> List(const std::string& directory) override {
    DIR* dir = ::opendir(directory.c_str());
    if (dir == nullptr) return ErrnoStatus("list " + directory, errno);
    std::vector<std::string> names;
    while (true) {
      errno = 0;
      const dirent* entry = ::readdir(dir);
      if (entry == nullptr) break;
      std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    const int error = errno;  // 0 at the end
    ::closedir(dir);
    if (error != 0) return ErrnoStatus("list " + directory, error);
    return names;
  }

  Status CreateDirectory(const std::string& path) override {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
      return ErrnoStatus("mkdir " + path, errno);
    }
    return Status::Ok();
  }

  Status Remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return ErrnoStatus("remove " + path, errno);
    return Status::Ok();
  }

  Status Rename(const std::string& from, const std::string& to) override {
    if (std::rename(from.c_str(), to.c_str()) != 0) {
      return ErrnoStatus("rename " + from + " to " + to, errno);
    }
    return Status::Ok();
  }

  Status ReplaceTail(const std::string& path, uint64_t offset, std::string_view bytes) override {
    ASSIGN_OR_RETURN(Descriptor fd, OpenDescriptor(path, O_WRONLY));
    uint64_t end = offset;
    while (!bytes.empty()) {
      const ssize_t written =
          ::pwrite(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(end));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return ErrnoStatus("write " + path, errno);
      bytes.remove_prefix(static_cast<size_t>(written));
      end += static_cast<uint64_t>(written);
    }
    if (::ftruncate(fd.get(), static_cast<off_t>(end)) != 0) {
      return ErrnoStatus("truncate " + path, errno);
    }
    if (::fdatasync(fd.get()) != 0) return ErrnoStatus("fdatasync " + path, errno);
    return Status::Ok();
  }

  Status SyncDirectory(const std::string& path) override {
    ASSIGN_OR_RETURN(Descriptor fd, OpenDescriptor(path, O_RDONLY | O_DIRECTORY));
    if (::fsync(fd.get()) != 0) return ErrnoStatus("fsync " + path, errno);
    return Status::Ok();
  }

  Result<DiskSpace> Space(const std::string& path) override {
    struct statvfs info {};
    if (::statvfs(path.c_str(), &info) != 0) return ErrnoStatus("statvfs " + path, errno);
    return DiskSpace{(info.f_blocks - info.f_bfree) * info.f_frsize, info.f_bavail * info.f_frsize};
  }

  Result<std::unique_ptr<FileLock>> Lock(const std::string& path) override {
    return TakeLock(path, O_RDWR | O_CREAT, LOCK_EX);
  }

  Result<std::unique_ptr<FileLock>> LockShared(const std::string& path) override {
    return TakeLock(path, O_RDONLY, LOCK_SH);
  }
};

}  // namespace

FileSystem& PosixFileSystem() {
  static PosixFileSystemImpl files;
  return files;
}

}  // namespace spanhound
