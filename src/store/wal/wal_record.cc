#include "store/wal/wal_record.h"

#include "base/bytes.h"
#include "base/checksum.h"
#include "store/encoding/compression.h"
#include "store/wal/wal_format.h"

namespace spanhound::store {
namespace {

constexpr uint8_t kChunkRecord = 1;

struct RecordHeader {
  uint64_t checksum = 0;    // of everything behind it
  uint32_t body_bytes = 0;  // tenant and frame
  uint32_t raw_bytes = 0;   // the frame, decompressed
  uint8_t type = 0;
  uint8_t table = 0;
  uint16_t tenant_bytes = 0;
};

RecordHeader ReadHeader(std::string_view bytes) {
  ByteReader in(bytes);
  RecordHeader header;
  header.checksum = in.ReadFixed<uint64_t>();
  header.body_bytes = in.ReadFixed<uint32_t>();
  header.raw_bytes = in.ReadFixed<uint32_t>();
  header.type = in.ReadFixed<uint8_t>();
  header.table = in.ReadFixed<uint8_t>();
  header.tenant_bytes = in.ReadFixed<uint16_t>();
  return header;
}

Result<ChunkPtr> DecodeBody(const RecordHeader& header, std::string_view body) {
  if (header.type != kChunkRecord || header.table > static_cast<uint8_t>(Table::kLogs)) {
    return DataLoss("a record of a kind this version does not know");
  }
  std::string raw;
  if (header.tenant_bytes > body.size() || header.raw_bytes > kWalRecordRawBytesMax ||
      !Decompress(body.substr(header.tenant_bytes), header.raw_bytes, &raw)) {
    return DataLoss("a record that does not decompress");
  }
  ASSIGN_OR_RETURN(auto chunk,
                   ReadChunk(static_cast<Table>(header.table),
                             std::string(body.substr(0, header.tenant_bytes)), std::move(raw)));
  return ChunkPtr(std::move(chunk));
}

}  // namespace

Result<std::string> EncodeWalRecord(const Chunk& chunk) {
  if (chunk.tenant.size() > kTenantBytesMax) return InvalidArgument("the tenant name is too long");
  const std::string_view raw = chunk.bytes;
  if (raw.size() > kWalRecordRawBytesMax) return InvalidArgument("the batch is too large");

  std::string record(sizeof(uint64_t) + sizeof(uint32_t), '\0');
  AppendFixed(record, static_cast<uint32_t>(raw.size()));
  AppendFixed(record, kChunkRecord);
  AppendFixed(record, static_cast<uint8_t>(chunk.table));
  AppendFixed(record, static_cast<uint16_t>(chunk.tenant.size()));
  record.append(chunk.tenant);
  AppendCompressed(record, raw, kLogCompression);
  const uint32_t body_bytes = static_cast<uint32_t>(record.size() - kWalRecordHeaderBytes);
  std::memcpy(record.data() + sizeof(uint64_t), &body_bytes, sizeof(body_bytes));
  const uint64_t checksum = Checksum64(std::string_view(record).substr(sizeof(uint64_t)));
  std::memcpy(record.data(), &checksum, sizeof(checksum));
  return record;
}

Result<std::optional<ChunkPtr>> TakeWalRecord(std::string_view& bytes) {
  if (bytes.size() < kWalRecordHeaderBytes) return std::optional<ChunkPtr>();
  const RecordHeader header = ReadHeader(bytes);
  if (header.body_bytes > bytes.size() - kWalRecordHeaderBytes) return std::optional<ChunkPtr>();
  const std::string_view record = bytes.substr(0, kWalRecordHeaderBytes + header.body_bytes);
  if (Checksum64(record.substr(sizeof(uint64_t))) != header.checksum) {
    return std::optional<ChunkPtr>();
  }
  ASSIGN_OR_RETURN(ChunkPtr chunk, DecodeBody(header, record.substr(kWalRecordHeaderBytes)));
  bytes.remove_prefix(record.size());
  return std::optional<ChunkPtr>(std::move(chunk));
}

}  // namespace spanhound::store
