#include "store/block/section.h"

#include "base/checksum.h"

namespace spanhound::store {
namespace {

// A row group has hundreds of small sections; a call to the system for each would cost more than
// making them.
constexpr size_t kWrittenFrom = 256u << 10;

uint32_t ChecksumOf(std::string_view bytes) { return static_cast<uint32_t>(Checksum64(bytes)); }

}  // namespace

void AppendSectionRef(std::string& out, const SectionRef& ref) {
  AppendVarint(out, ref.offset);
  AppendVarint(out, ref.bytes);
  AppendFixed(out, ref.checksum);
}

SectionRef ReadSectionRef(ByteReader& in) {
  SectionRef ref;
  ref.offset = in.ReadVarint();
  ref.bytes = in.ReadVarint();
  ref.checksum = in.ReadFixed<uint32_t>();
  return ref;
}

Status SectionWriter::AppendRaw(std::string_view bytes) {
  buffer_.append(bytes);
  offset_ += bytes.size();
  return buffer_.size() < kWrittenFrom ? Status::Ok() : Flush();
}

Status SectionWriter::Flush() {
  RETURN_IF_ERROR(file_.Append(buffer_));
  buffer_.clear();
  return Status::Ok();
}

Result<SectionRef> SectionWriter::Append(std::string_view bytes) {
  if (bytes.size() > kSectionBytesMax) return Internal("a section is too large");
  const SectionRef ref{offset_, bytes.size(), ChecksumOf(bytes)};
  RETURN_IF_ERROR(AppendRaw(bytes));
  return ref;
}

Result<std::string> ReadSection(const RandomAccessFile& file, const SectionRef& ref) {
  const uint64_t size = file.size_bytes();
  if (ref.offset > size || ref.bytes > size - ref.offset || ref.bytes > kSectionBytesMax) {
    return DataLoss("a section lies outside of the file");
  }
  std::string bytes(ref.bytes, '\0');
  RETURN_IF_ERROR(file.Read(ref.offset, bytes.size(), bytes.data()));
  if (ChecksumOf(bytes) != ref.checksum) {
    return DataLoss("the section at byte " + std::to_string(ref.offset) + " is damaged");
  }
  return bytes;
}

}  // namespace spanhound::store
