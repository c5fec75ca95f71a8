// Sections: the pieces of a block file. Each has its own checksum and is found by a reference kept
// in the footer or a row group's directory. What is worth compressing inside, its encoder
// compresses.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"

namespace spanhound::store {

// Larger sizes in a file are damage; writing one would need a column of a row group this large.
inline constexpr uint64_t kSectionBytesMax = 256u << 20;

struct SectionRef {
  uint64_t offset = 0;
  uint64_t bytes = 0;
  uint32_t checksum = 0;
};

inline constexpr size_t kSectionRefBytesMin = 6;
void AppendSectionRef(std::string& out, const SectionRef& ref);
SectionRef ReadSectionRef(ByteReader& in);

// Appends sections to a file and counts the offset. Collects small ones before it writes; the end
// needs a Flush. One thread.
class SectionWriter {
 public:
  explicit SectionWriter(WritableFile& file) : file_(file) {}
  // As it is, not as a section.
  Status AppendRaw(std::string_view bytes);
  Result<SectionRef> Append(std::string_view bytes);
  Status Flush();
  uint64_t offset() const { return offset_; }

 private:
  WritableFile& file_;
  std::string buffer_;
  uint64_t offset_ = 0;  // where the next byte will stand
};

// DATA_LOSS unless the section lies in the file and its checksum holds.
Result<std::string> ReadSection(const RandomAccessFile& file, const SectionRef& ref);

// Several sections: in one read of the file where they lie close together.
struct SectionGroup {
  std::vector<std::string_view> sections;  // in the order asked for
  std::vector<std::string> bytes;          // they point into these
};
Result<SectionGroup> ReadSections(const RandomAccessFile& file, std::span<const SectionRef> refs);

}  // namespace spanhound::store
