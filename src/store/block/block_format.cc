#include "store/block/block_format.h"

namespace spanhound::store {
namespace {

// Fields a value column may be of; part of the format.
constexpr Field kValueFields[] = {Field::kAttributes,    Field::kBody,       Field::kName,
                                  Field::kStatusMessage, Field::kTraceState, Field::kSeverityText,
                                  Field::kEventName};

uint8_t NumberOf(Field field) {
  for (uint8_t i = 0; i < std::size(kValueFields); ++i) {
    if (kValueFields[i] == field) return i;
  }
  CHECK(false);
}

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

void AppendTexts(std::string& out, const std::vector<std::string_view>& texts) {
  AppendVarint(out, texts.size());
  for (std::string_view text : texts) AppendLengthPrefixed(out, text);
}

bool ReadTexts(ByteReader& in, DecodeMemory& memory, std::vector<std::string_view>* texts) {
  const size_t count = in.ReadCount(1);
  if (!memory.Take(count, sizeof(std::string_view))) return false;
  texts->resize(count);
  for (std::string_view& text : *texts) text = in.ReadLengthPrefixed();
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

void AppendColumns(std::string& out, const std::vector<BlockColumn>& columns) {
  AppendVarint(out, columns.size());
  for (const BlockColumn& column : columns) {
    out.push_back(static_cast<char>(NumberOf(column.id.field)));
    AppendLengthPrefixed(out, column.id.key);
    out.push_back(static_cast<char>(column.id.type));
    AppendVarint(out, column.id.ordinal);
    AppendVarint(out, column.value_count);
    AppendVarint(out, column.entry_count);
    AppendSectionRef(out, column.dictionary);
    AppendSectionRef(out, column.filters);
  }
}

bool ReadColumn(ByteReader& in, BlockColumn* column) {
  const uint8_t field = in.ReadFixed<uint8_t>();
  if (field >= std::size(kValueFields)) return false;
  column->id.field = kValueFields[field];
  column->id.key = in.ReadLengthPrefixed();
  column->id.type = static_cast<model::ValueType>(in.ReadFixed<uint8_t>());
  const uint64_t ordinal = in.ReadVarint();
  column->value_count = in.ReadVarint();
  const uint64_t entry_count = in.ReadVarint();
  column->dictionary = ReadSectionRef(in);
  column->filters = ReadSectionRef(in);
  column->id.ordinal = static_cast<uint32_t>(ordinal);
  column->entry_count = static_cast<uint32_t>(entry_count);
  return in.ok() && column->id.type <= model::ValueType::kKeyValueList && ordinal <= UINT32_MAX &&
         entry_count <= kDictionaryEntriesMax;
}

bool ReadColumns(ByteReader& in, DecodeMemory& memory, std::vector<BlockColumn>* columns) {
  const size_t count = in.ReadCount(6 + 2 * kSectionRefBytesMin);
  if (!memory.Take(count, sizeof(BlockColumn))) return false;
  columns->resize(count);
  for (BlockColumn& column : *columns) {
    if (!ReadColumn(in, &column)) return false;
  }
  return true;
}

}  // namespace

void AppendBlockTrailer(std::string& out, const BlockTrailer& trailer) {
  AppendFixed(out, trailer.footer_offset);
  AppendFixed(out, trailer.footer_bytes);
  AppendFixed(out, trailer.footer_checksum);
  out.append(kBlockEndMagic);
}

std::optional<BlockTrailer> ReadBlockTrailer(std::string_view bytes) {
  ByteReader in(bytes);
  BlockTrailer trailer;
  trailer.footer_offset = in.ReadFixed<uint64_t>();
  trailer.footer_bytes = in.ReadFixed<uint64_t>();
  trailer.footer_checksum = in.ReadFixed<uint64_t>();
  if (in.ReadBytes(kBlockEndMagic.size()) != kBlockEndMagic || !in.ok()) return std::nullopt;
  return trailer;
}

std::string EncodeBlockFooter(const BlockFooter& footer) {
  std::string out;
  AppendVarint(out, footer.format_version);
  out.push_back(static_cast<char>(footer.table));
  AppendLengthPrefixed(out, footer.tenant);
  AppendVarint(out, footer.row_count);
  AppendBounds(out, footer.bounds);
  AppendTexts(out, footer.services);
  AppendRowGroups(out, footer.row_groups);
  AppendIndex(out, footer.index);
  AppendColumns(out, footer.columns);
  out.push_back(footer.lists_keys ? 1 : 0);
  AppendTexts(out, footer.list_keys);
  AppendSectionRef(out, footer.entries);
  AppendSectionRef(out, footer.catalog);
  return out;
}

bool DecodeBlockFooter(std::string_view bytes, DecodeMemory& memory, BlockFooter* footer) {
  ByteReader in(bytes);
  footer->format_version = in.ReadVarint();
  if (footer->format_version < kBlockFormatVersionMin ||
      footer->format_version > kBlockFormatVersion) {
    return false;
  }
  const uint8_t table = in.ReadFixed<uint8_t>();
  if (table > static_cast<uint8_t>(Table::kLogs)) return false;
  footer->table = static_cast<Table>(table);
  footer->tenant = in.ReadLengthPrefixed();
  footer->row_count = in.ReadVarint();
  footer->bounds = ReadBounds(in);
  if (!ReadTexts(in, memory, &footer->services) || !ReadRowGroups(in, memory, footer) ||
      !ReadIndex(in, memory, &footer->index) || !ReadColumns(in, memory, &footer->columns)) {
    return false;
  }
  footer->lists_keys = in.ReadFixed<uint8_t>() != 0;
  if (!ReadTexts(in, memory, &footer->list_keys)) return false;
  footer->entries = ReadSectionRef(in);
  footer->catalog = ReadSectionRef(in);
  return in.ok() && in.empty();
}

std::string EncodeBlockCatalog(const BlockCatalog& catalog) {
  std::string out;
  AppendTexts(out, catalog.services);
  AppendVarint(out, catalog.operations.size());
  for (const BlockOperation& operation : catalog.operations) {
    AppendVarint(out, operation.service);
    AppendLengthPrefixed(out, operation.name);
    AppendVarint(out, operation.kind);
    AppendVarint(out, operation.span_count);
  }
  return out;
}

bool DecodeBlockCatalog(DecodeMemory& memory, BlockCatalog* catalog) {
  ByteReader in(catalog->bytes);
  if (!ReadTexts(in, memory, &catalog->services)) return false;
  const size_t count = in.ReadCount(4);
  if (!memory.Take(count, sizeof(BlockOperation))) return false;
  catalog->operations.resize(count);
  for (BlockOperation& operation : catalog->operations) {
    const uint64_t service = in.ReadVarint();
    if (service >= catalog->services.size()) return false;
    operation.service = static_cast<uint32_t>(service);
    operation.name = in.ReadLengthPrefixed();
    operation.kind = in.ReadVarint();
    operation.span_count = in.ReadVarint();
  }
  return in.ok() && in.empty();
}

}  // namespace spanhound::store
