#include "store/manifest/manifest.h"

#include "base/bytes.h"
#include "base/checksum.h"
#include "base/hex.h"

namespace spanhound::store {
namespace {

constexpr std::string_view kMagic = "SPHMAN02";
constexpr std::string_view kFileName = "MANIFEST";
constexpr std::string_view kBlockSuffix = ".blk";
constexpr size_t kBlockEntryBytesMin = 10;

void AppendEntry(std::string& out, const BlockEntry& block) {
  AppendVarint(out, block.id);
  out.push_back(static_cast<char>(block.table));
  AppendLengthPrefixed(out, block.tenant);
  AppendVarint(out, block.row_count);
  AppendVarint(out, block.file_bytes);
  AppendVarint(out, block.bounds.min_time);
  AppendVarint(out, block.bounds.max_time);
  AppendVarint(out, block.bounds.min_duration);
  AppendVarint(out, block.bounds.max_duration);
  AppendVarint(out, block.written_unix_nanos);
}

bool ReadEntry(ByteReader& in, BlockEntry* block) {
  block->id = in.ReadVarint();
  const uint8_t table = in.ReadFixed<uint8_t>();
  block->table = static_cast<Table>(table);
  block->tenant = in.ReadLengthPrefixed();
  block->row_count = in.ReadVarint();
  block->file_bytes = in.ReadVarint();
  block->bounds.min_time = in.ReadVarint();
  block->bounds.max_time = in.ReadVarint();
  block->bounds.min_duration = in.ReadVarint();
  block->bounds.max_duration = in.ReadVarint();
  block->written_unix_nanos = in.ReadVarint();
  return in.ok() && table <= static_cast<uint8_t>(Table::kLogs);
}

}  // namespace

std::string EncodeManifest(const Manifest& manifest) {
  std::string out(kMagic);
  AppendVarint(out, manifest.first_wal_segment);
  AppendVarint(out, manifest.next_block_id);
  AppendVarint(out, manifest.blocks.size());
  for (const BlockEntry& block : manifest.blocks) AppendEntry(out, block);
  AppendFixed(out, Checksum64(out));
  return out;
}

bool DecodeManifest(std::string_view bytes, Manifest* manifest) {
  if (bytes.size() < kMagic.size() + sizeof(uint64_t) || !bytes.starts_with(kMagic)) return false;
  const std::string_view body = bytes.substr(0, bytes.size() - sizeof(uint64_t));
  if (ByteReader(bytes.substr(body.size())).ReadFixed<uint64_t>() != Checksum64(body)) return false;
  ByteReader in(body.substr(kMagic.size()));
  manifest->first_wal_segment = in.ReadVarint();
  manifest->next_block_id = in.ReadVarint();
  manifest->blocks.resize(in.ReadCount(kBlockEntryBytesMin));
  for (BlockEntry& block : manifest->blocks) {
    if (!ReadEntry(in, &block)) return false;
  }
  return in.ok() && in.empty();
}

Result<std::optional<Manifest>> ReadManifest(FileSystem& files, const std::string& directory) {
  const std::string path = directory + "/" + std::string(kFileName);
  Result<std::string> bytes = ReadWholeFile(files, path);
  if (bytes.status().code() == Code::kNotFound) return std::optional<Manifest>();
  if (!bytes.ok()) return bytes.status();
  Manifest manifest;
  if (!DecodeManifest(*bytes, &manifest))
    return DataLoss(path + ": the manifest is damaged or of another version");
  return std::optional(std::move(manifest));
}

Status WriteManifest(FileSystem& files, const std::string& directory, const Manifest& manifest) {
  return ReplaceFile(files, directory, std::string(kFileName), EncodeManifest(manifest));
}

std::string BlockFileName(uint64_t id) {
  std::string digits;
  for (int shift = 56; shift >= 0; shift -= 8) digits.push_back(static_cast<char>(id >> shift));
  return ToHex(digits) + std::string(kBlockSuffix);
}

bool IsBlockFileName(std::string_view name) {
  uint8_t bytes[8];
  return name.ends_with(kBlockSuffix) &&
         FromHex(name.substr(0, name.size() - kBlockSuffix.size()), bytes, sizeof(bytes));
}

}  // namespace spanhound::store
