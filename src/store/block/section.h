// Sections: the pieces of a block file. Each is compressed by itself if that makes it smaller, has
// its own checksum, and is found by a reference kept in the footer or a row group's directory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/file.h"

namespace spanhound::store {

// Larger sizes in a file are damage; writing one would need a column of a row group this large.
inline constexpr uint64_t kSectionBytesMax = 256u << 20;

struct SectionRef {
  uint64_t offset = 0;
  uint64_t stored_bytes = 0;
  uint64_t raw_bytes = 0;  // equal to stored_bytes: not compressed
  uint64_t checksum = 0;   // of the stored bytes
};

inline constexpr size_t kSectionRefBytesMin = 11;
void AppendSectionRef(std::string& out, const SectionRef& ref);
SectionRef ReadSectionRef(ByteReader& in);

// Appends sections to a file and counts the offset. One thread.
class SectionWriter {
 public:
  explicit SectionWriter(WritableFile& file) : file_(file) {}
  // As it is, not as a section.
  Status AppendRaw(std::string_view bytes);
  Result<SectionRef> Append(std::string_view bytes);
  uint64_t offset() const { return offset_; }

 private:
  WritableFile& file_;
  uint64_t offset_ = 0;
  std::string compressed_;
};

// DATA_LOSS unless the section lies in the file, its checksum holds and it decompresses.
Result<std::string> ReadSection(const RandomAccessFile& file, const SectionRef& ref);

}  // namespace spanhound::store
