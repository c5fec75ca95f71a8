#include "store/block/section.h"

#include "base/checksum.h"
#include "store/encoding/compression.h"

namespace spanhound::store {

void AppendSectionRef(std::string& out, const SectionRef& ref) {
  AppendVarint(out, ref.offset);
  AppendVarint(out, ref.stored_bytes);
  AppendVarint(out, ref.raw_bytes);
  AppendFixed(out, ref.checksum);
}

SectionRef ReadSectionRef(ByteReader& in) {
  SectionRef ref;
  ref.offset = in.ReadVarint();
  ref.stored_bytes = in.ReadVarint();
  ref.raw_bytes = in.ReadVarint();
  ref.checksum = in.ReadFixed<uint64_t>();
  return ref;
}

Status SectionWriter::AppendRaw(std::string_view bytes) {
  RETURN_IF_ERROR(file_.Append(bytes));
  offset_ += bytes.size();
  return Status::Ok();
}

Result<SectionRef> SectionWriter::Append(std::string_view bytes) {
  if (bytes.size() > kSectionBytesMax) return Internal("a section is too large");
  compressed_.clear();
  AppendCompressed(compressed_, bytes, kBlockCompression);
  const std::string_view stored =
      compressed_.size() < bytes.size() ? std::string_view(compressed_) : bytes;
  const SectionRef ref{offset_, stored.size(), bytes.size(), Checksum64(stored)};
  RETURN_IF_ERROR(AppendRaw(stored));
  return ref;
}

Result<std::string> ReadSection(const RandomAccessFile& file, const SectionRef& ref) {
  const uint64_t size = file.size_bytes();
  if (ref.offset > size || ref.stored_bytes > size - ref.offset ||
      ref.raw_bytes > kSectionBytesMax || ref.stored_bytes > ref.raw_bytes) {
    return DataLoss("a section lies outside of the file");
  }
  std::string stored(ref.stored_bytes, '\0');
  RETURN_IF_ERROR(file.Read(ref.offset, stored.size(), stored.data()));
  if (Checksum64(stored) != ref.checksum) {
    return DataLoss("the section at byte " + std::to_string(ref.offset) + " is damaged");
  }
  if (ref.stored_bytes == ref.raw_bytes) return stored;
  std::string raw;
  if (!Decompress(stored, ref.raw_bytes, &raw)) {
    return DataLoss("the section at byte " + std::to_string(ref.offset) + " does not decompress");
  }
  return raw;
}

}  // namespace spanhound::store
