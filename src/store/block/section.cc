#include "store/block/section.h"

#include <algorithm>

#include "base/checksum.h"

namespace spanhound::store {
namespace {

// A row group has hundreds of small sections; a call to the system for each would cost more than
// making them.
constexpr size_t kWrittenFrom = 256u << 10;

// So much in between is read along: a second call to the system costs as much.
constexpr uint64_t kReadUnwantedMax = 64u << 10;

uint32_t ChecksumOf(std::string_view bytes) { return static_cast<uint32_t>(Checksum64(bytes)); }

Status CheckPlace(const RandomAccessFile& file, const SectionRef& ref) {
  const uint64_t size = file.size_bytes();
  if (ref.offset > size || ref.bytes > size - ref.offset || ref.bytes > kSectionBytesMax) {
    return DataLoss("a section lies outside of the file");
  }
  return Status::Ok();
}

Status CheckBytes(std::string_view bytes, const SectionRef& ref) {
  if (ChecksumOf(bytes) == ref.checksum) return Status::Ok();
  return DataLoss("the section at byte " + std::to_string(ref.offset) + " is damaged");
}

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
  RETURN_IF_ERROR(CheckPlace(file, ref));
  std::string bytes(ref.bytes, '\0');
  RETURN_IF_ERROR(file.Read(ref.offset, bytes.size(), bytes.data()));
  RETURN_IF_ERROR(CheckBytes(bytes, ref));
  return bytes;
}

Result<SectionGroup> ReadSections(const RandomAccessFile& file, std::span<const SectionRef> refs) {
  uint64_t start = UINT64_MAX;
  uint64_t end = 0;
  uint64_t wanted = 0;
  for (const SectionRef& ref : refs) {
    RETURN_IF_ERROR(CheckPlace(file, ref));
    start = std::min(start, ref.offset);
    end = std::max(end, ref.offset + ref.bytes);
    wanted += ref.bytes;
  }
  SectionGroup group;
  if (refs.size() > 1 && end - start <= wanted + kReadUnwantedMax) {
    std::string& bytes = group.bytes.emplace_back(end - start, '\0');
    RETURN_IF_ERROR(file.Read(start, bytes.size(), bytes.data()));
    for (const SectionRef& ref : refs) {
      group.sections.push_back(std::string_view(bytes).substr(ref.offset - start, ref.bytes));
      RETURN_IF_ERROR(CheckBytes(group.sections.back(), ref));
    }
    return group;
  }
  group.bytes.reserve(refs.size());
  for (const SectionRef& ref : refs) {
    ASSIGN_OR_RETURN(std::string bytes, ReadSection(file, ref));
    group.sections.push_back(group.bytes.emplace_back(std::move(bytes)));
  }
  return group;
}

}  // namespace spanhound::store
