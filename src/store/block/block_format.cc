#include "store/block/block_format.h"

#include "base/checksum.h"

namespace spanhound::store {
namespace {

void AppendBounds(std::string& out, const RowBounds& bounds) {
  AppendVarint(out, bounds.min_time);
  AppendVarint(out, bounds.max_time);
  AppendVarint(out, bounds.min_duration);
  AppendVarint(out, bounds.max_duration);
}

RowBounds ReadBounds(ByteReader& in) {
  RowBounds bounds;
  bounds.min_time = in.ReadVarint();
  bounds.max_time = in.ReadVarint();
  bounds.min_duration = in.ReadVarint();
  bounds.max_duration = in.ReadVarint();
  return bounds;
}

void AppendServices(std::string& out, const BlockFooter& footer) {
  AppendVarint(out, footer.services.size());
  for (std::string_view service : footer.services) AppendLengthPrefixed(out, service);
  AppendVarint(out, footer.operations.size());
  for (const BlockOperation& operation : footer.operations) {
    AppendVarint(out, operation.service);
    AppendLengthPrefixed(out, operation.name);
    AppendVarint(out, operation.kind);
    AppendVarint(out, operation.span_count);
  }
}

bool ReadServices(ByteReader& in, DecodeMemory& memory, BlockFooter* footer) {
  const size_t service_count = in.ReadCount(1);
  if (!memory.Take(service_count, sizeof(std::string_view))) return false;
  footer->services.resize(service_count);
  for (std::string_view& service : footer->services) service = in.ReadLengthPrefixed();
  const size_t operation_count = in.ReadCount(4);
  if (!memory.Take(operation_count, sizeof(BlockOperation))) return false;
  footer->operations.resize(operation_count);
  for (BlockOperation& operation : footer->operations) {
    const uint64_t service = in.ReadVarint();
    if (service >= service_count) return false;
    operation.service = static_cast<uint32_t>(service);
    operation.name = in.ReadLengthPrefixed();
    operation.kind = in.ReadVarint();
    operation.span_count = in.ReadVarint();
  }
  return in.ok();
}

void AppendRowGroups(std::string& out, const std::vector<RowGroup>& groups) {
  AppendVarint(out, groups.size());
  for (const RowGroup& group : groups) {
    AppendVarint(out, group.row_count);
    AppendBounds(out, group.bounds);
    AppendVarint(out, group.services.size());
    for (uint32_t service : group.services) AppendVarint(out, service);
    AppendSectionRef(out, group.directory);
  }
}

bool ReadRowGroup(ByteReader& in, DecodeMemory& memory, size_t service_count, RowGroup* group) {
  group->row_count = in.ReadVarint();
  if (group->row_count > kRowGroupRowsMax) return false;
  group->bounds = ReadBounds(in);
  const size_t count = in.ReadCount(1);
  if (!memory.Take(count, sizeof(uint32_t))) return false;
  group->services.resize(count);
  for (uint32_t& service : group->services) {
    const uint64_t code = in.ReadVarint();
    if (code >= service_count) return false;
    service = static_cast<uint32_t>(code);
  }
  group->directory = ReadSectionRef(in);
  return in.ok();
}

bool ReadRowGroups(ByteReader& in, DecodeMemory& memory, BlockFooter* footer) {
  const size_t count = in.ReadCount(6 + kSectionRefBytesMin);
  if (!memory.Take(count, sizeof(RowGroup))) return false;
  footer->row_groups.resize(count);
  for (RowGroup& group : footer->row_groups) {
    if (!ReadRowGroup(in, memory, footer->services.size(), &group)) return false;
  }
  return true;
}

void AppendIndex(std::string& out, const std::vector<IndexPage>& pages) {
  AppendVarint(out, pages.size());
  for (const IndexPage& page : pages) {
    AppendFixed(out, page.first_fingerprint);
    AppendFixed(out, page.entry_count);
    AppendSectionRef(out, page.section);
  }
}

bool ReadIndex(ByteReader& in, DecodeMemory& memory, std::vector<IndexPage>* pages) {
  const size_t count = in.ReadCount(8 + kSectionRefBytesMin);
  if (!memory.Take(count, sizeof(IndexPage))) return false;
  pages->resize(count);
  for (IndexPage& page : *pages) {
    page.first_fingerprint = in.ReadFixed<uint32_t>();
    page.entry_count = in.ReadFixed<uint32_t>();
    page.section = ReadSectionRef(in);
  }
  return in.ok();
}

}  // namespace

void AppendBlockTrailer(std::string& out, const BlockTrailer& trailer) {
  AppendFixed(out, trailer.footer.offset);
  AppendFixed(out, trailer.footer.stored_bytes);
  AppendFixed(out, trailer.footer.raw_bytes);
  AppendFixed(out, trailer.footer.checksum);
  out.append(kBlockEndMagic);
}

std::optional<BlockTrailer> ReadBlockTrailer(std::string_view bytes) {
  ByteReader in(bytes);
  BlockTrailer trailer;
  trailer.footer.offset = in.ReadFixed<uint64_t>();
  trailer.footer.stored_bytes = in.ReadFixed<uint64_t>();
  trailer.footer.raw_bytes = in.ReadFixed<uint64_t>();
  trailer.footer.checksum = in.ReadFixed<uint64_t>();
  if (in.ReadBytes(kBlockEndMagic.size()) != kBlockEndMagic || !in.ok()) return std::nullopt;
  return trailer;
}

std::string EncodeBlockFooter(const BlockFooter& footer, const RowDictionaries& dictionaries) {
  std::string out;
  AppendVarint(out, kBlockFormatVersion);
  out.push_back(static_cast<char>(footer.table));
  AppendLengthPrefixed(out, footer.tenant);
  AppendVarint(out, footer.row_count);
  AppendBounds(out, footer.bounds);
  dictionaries.resources.AppendTo(out);
  dictionaries.scopes.AppendTo(out);
  AppendServices(out, footer);
  AppendRowGroups(out, footer.row_groups);
  AppendIndex(out, footer.index);
  return out;
}

bool DecodeBlockFooter(std::string_view bytes, DecodeMemory& memory, BlockFooter* footer) {
  ByteReader in(bytes);
  if (in.ReadVarint() != kBlockFormatVersion) return false;
  const uint8_t table = in.ReadFixed<uint8_t>();
  if (table > static_cast<uint8_t>(Table::kLogs)) return false;
  footer->table = static_cast<Table>(table);
  footer->tenant = in.ReadLengthPrefixed();
  footer->row_count = in.ReadVarint();
  footer->bounds = ReadBounds(in);
  return ReadEntries(in, memory, &footer->dictionaries.resources) &&
         ReadEntries(in, memory, &footer->dictionaries.scopes) &&
         ReadServices(in, memory, footer) && ReadRowGroups(in, memory, footer) &&
         ReadIndex(in, memory, &footer->index) && in.empty();
}

std::string EncodeRowGroupDirectory(Table table, const RowGroupDirectory& directory) {
  std::string out;
  const std::span<const StoredColumn> columns = StoredColumns(table);
  AppendVarint(out, columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    out.push_back(static_cast<char>(columns[i].id));
    AppendSectionRef(out, directory.columns[i]);
  }
  AppendVarint(out, directory.streams.size());
  for (const SectionRef& stream : directory.streams) AppendSectionRef(out, stream);
  return out;
}

bool DecodeRowGroupDirectory(std::string_view bytes, Table table, RowGroupDirectory* directory) {
  ByteReader in(bytes);
  const std::span<const StoredColumn> columns = StoredColumns(table);
  if (in.ReadCount(1 + kSectionRefBytesMin) != columns.size()) return false;
  directory->columns.resize(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    if (in.ReadFixed<uint8_t>() != columns[i].id) return false;
    directory->columns[i] = ReadSectionRef(in);
  }
  directory->streams.resize(in.ReadCount(kSectionRefBytesMin));
  for (SectionRef& stream : directory->streams) stream = ReadSectionRef(in);
  return in.ok() && in.empty();
}

}  // namespace spanhound::store
