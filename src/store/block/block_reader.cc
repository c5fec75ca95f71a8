#include "store/block/block_reader.h"

#include <algorithm>
#include <numeric>

#include "base/checksum.h"
#include "store/block/block_prune.h"
#include "store/block/block_rows.h"
#include "store/block/stored_codec.h"
#include "store/encoding/blob.h"

namespace spanhound::store {
namespace {

// What a decoded footer, or the decoded entries, may take; real ones are far below.
constexpr uint64_t kFooterBytesMax = 256u << 20;
constexpr uint64_t kEntriesBytesMax = 1u << 30;

// One row in so many is among the newest.
constexpr size_t kNewestPart = 16;

NewestRows NewestOf(std::span<const uint64_t> times) {
  NewestRows newest;
  std::vector<uint32_t> rows(times.size());
  std::iota(rows.begin(), rows.end(), 0);
  const auto end = rows.begin() + static_cast<ptrdiff_t>(times.size() / kNewestPart);
  if (end == rows.end()) return newest;
  std::nth_element(rows.begin(), end, rows.end(),
                   [times](uint32_t a, uint32_t b) { return times[a] > times[b]; });
  newest.others_max_time = times[*end];
  newest.rows.assign(rows.begin(), end);
  std::ranges::sort(newest.rows);
  return newest;
}

// The bytes of a section that is one blob.
bool Unpack(std::string section, std::string* bytes) {
  ByteReader in(section);
  std::string storage;
  std::string_view unpacked;
  if (!ReadBlob(in, &storage, &unpacked) || !in.empty()) return false;
  *bytes = unpacked.data() == storage.data() ? std::move(storage) : std::string(unpacked);
  return true;
}

}  // namespace

uint64_t GroupColumns::allocated_bytes() const {
  uint64_t bytes = by_place.capacity() * sizeof(Column) +
                   sections.sections.capacity() * sizeof(std::string_view);
  for (const std::string& read : sections.bytes) bytes += read.capacity();
  for (const Column& column : by_place) bytes += column.presence.allocated_bytes();
  return bytes;
}

Result<std::shared_ptr<const BlockReader>> BlockReader::Open(FileSystem& files, std::string path,
                                                             std::shared_ptr<BlockCache> cache) {
  ASSIGN_OR_RETURN(auto file, files.Open(path));
  if (cache == nullptr) cache = std::make_shared<BlockCache>();
  std::shared_ptr<BlockReader> reader(
      new BlockReader(std::move(file), std::move(path), std::move(cache)));
  if (Status status = reader->ReadFooter(); !status.ok()) {
    return status.WithContext(reader->path_);
  }
  return std::shared_ptr<const BlockReader>(std::move(reader));
}

Status BlockReader::ReadFooter() {
  const uint64_t size = file_->size_bytes();
  if (size < kBlockMagic.size() + BlockTrailer::kBytes) return DataLoss("too short for a block");
  char magic[8];
  char end[BlockTrailer::kBytes];
  RETURN_IF_ERROR(file_->Read(0, sizeof(magic), magic));
  RETURN_IF_ERROR(file_->Read(size - sizeof(end), sizeof(end), end));
  const auto trailer = ReadBlockTrailer({end, sizeof(end)});
  if (std::string_view(magic, sizeof(magic)) != kBlockMagic || !trailer) {
    return DataLoss("not a block file");
  }
  const uint64_t footer_end = size - sizeof(end);
  if (trailer->footer_bytes > kSectionBytesMax || trailer->footer_bytes > footer_end ||
      trailer->footer_offset != footer_end - trailer->footer_bytes) {
    return DataLoss("the trailer is damaged");
  }
  std::string footer(trailer->footer_bytes, '\0');
  RETURN_IF_ERROR(file_->Read(trailer->footer_offset, footer.size(), footer.data()));
  DecodeMemory memory(arena_, kFooterBytesMax);
  if (Checksum64(footer) != trailer->footer_checksum ||
      !Unpack(std::move(footer), &footer_bytes_) ||
      !DecodeBlockFooter(footer_bytes_, memory, &footer_)) {
    return DataLoss("the footer is damaged");
  }
  return Status::Ok();
}

Result<std::shared_ptr<const BlockCatalog>> BlockReader::ReadCatalog() const {
  auto catalog = std::make_shared<BlockCatalog>();
  ASSIGN_OR_RETURN(std::string section, Read(footer_.catalog));
  Arena arena;
  DecodeMemory memory(arena, kFooterBytesMax);
  if (!Unpack(std::move(section), &catalog->bytes) || !DecodeBlockCatalog(memory, catalog.get())) {
    return Damaged("the catalog is damaged");
  }
  return std::shared_ptr<const BlockCatalog>(std::move(catalog));
}

Status BlockReader::AddTo(Catalog& catalog) const {
  ASSIGN_OR_RETURN(const auto own, ReadCatalog());
  for (std::string_view service : own->services) catalog.AddService(service);
  for (const BlockOperation& operation : own->operations) {
    catalog.AddOperation(own->services[operation.service], operation.name,
                         static_cast<model::SpanKind>(operation.kind), operation.span_count);
  }
  return Status::Ok();
}

Result<std::vector<uint32_t>> BlockReader::CandidateGroups(const PruneHints& hints) const {
  std::vector<uint32_t> groups;
  const bool all = !hints.trace_ids || std::ranges::any_of(*hints.trace_ids, [](const auto& id) {
    return id.is_zero();  // rows without a trace are not in the index
  });
  if (all) {
    groups.resize(footer_.row_groups.size());
    std::iota(groups.begin(), groups.end(), 0);
    return groups;
  }
  const auto read_page = [this](size_t page) { return KeptIndexPage(page); };
  for (const model::TraceId& id : *hints.trace_ids) {
    ASSIGN_OR_RETURN(const auto found, FindTrace(footer_.index, read_page, id));
    groups.insert(groups.end(), found.begin(), found.end());
  }
  std::ranges::sort(groups);
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  if (!groups.empty() && groups.back() >= footer_.row_groups.size()) {
    return Damaged("the trace index names a row group that is not there");
  }
  return groups;
}

Status BlockReader::AppendScanParts(const PruneHints& hints, std::vector<ScanPart>* parts) const {
  if (!hints.MayHold(footer_.bounds)) return Status::Ok();
  ASSIGN_OR_RETURN(std::vector<uint32_t> groups, CandidateGroups(hints));
  std::erase_if(groups,
                [&](uint32_t group) { return !hints.MayHold(footer_.row_groups[group].bounds); });
  if (groups.empty()) return Status::Ok();
  RETURN_IF_ERROR(PruneGroups(*this, hints, &groups));
  std::shared_ptr<const std::vector<model::TraceId>> traces;
  if (hints.trace_ids) {
    auto sorted = std::make_shared<std::vector<model::TraceId>>(*hints.trace_ids);
    std::ranges::sort(*sorted);
    traces = std::move(sorted);
  }
  for (uint32_t index : groups) {
    const RowGroup& group = footer_.row_groups[index];
    auto open = [self = shared_from_this(), index, traces] {
      return traces == nullptr ? self->OpenToScan(index) : self->OpenTraces(index, *traces);
    };
    parts->push_back({group.bounds, std::move(open), group.row_count});
  }
  return Status::Ok();
}

Result<std::unique_ptr<RowSet>> BlockReader::OpenRows(size_t group) const {
  ASSIGN_OR_RETURN(auto entries, Entries());
  return OpenRows(group, std::move(entries));
}

Result<std::unique_ptr<RowSet>> BlockReader::OpenRows(
    size_t group, std::shared_ptr<const BlockEntries> entries) const {
  ASSIGN_OR_RETURN(GroupDirectory directory, Directory(group));
  return std::unique_ptr<RowSet>(std::make_unique<BlockRows>(
      shared_from_this(), std::move(entries), static_cast<uint32_t>(group),
      std::make_shared<const GroupDirectory>(std::move(directory)), std::nullopt));
}

Result<std::unique_ptr<RowSet>> BlockReader::OpenToScan(uint32_t group) const {
  ASSIGN_OR_RETURN(auto directory, KeptDirectory(group));
  return OpenSome(group, std::move(directory), std::nullopt);
}

Result<std::unique_ptr<RowSet>> BlockReader::OpenSome(
    uint32_t group, std::shared_ptr<const GroupDirectory> directory,
    std::optional<std::vector<uint32_t>> selection) const {
  ASSIGN_OR_RETURN(auto entries, Entries());
  return std::unique_ptr<RowSet>(std::make_unique<BlockRows>(
      shared_from_this(), std::move(entries), group, std::move(directory), std::move(selection)));
}

Result<GroupDirectory> BlockReader::Directory(size_t group) const {
  ASSIGN_OR_RETURN(const std::string bytes, Read(footer_.row_groups[group].directory));
  GroupDirectory directory;
  if (!DecodeGroupDirectory(bytes, footer_.table, footer_.columns.size(), &directory)) {
    return Damaged("the directory of a row group is damaged");
  }
  return directory;
}

Result<std::unique_ptr<RowSet>> BlockReader::OpenTraces(
    uint32_t group, const std::vector<model::TraceId>& ids) const {
  ASSIGN_OR_RETURN(auto directory, KeptDirectory(group));
  ASSIGN_OR_RETURN(const auto runs, Runs(group, *directory));
  return OpenSome(group, std::move(directory), RowsOfTraces(*runs, ids));
}

template <typename Value, typename Make>
Result<std::shared_ptr<const Value>> BlockReader::Kept(BlockCache::Kind kind, uint32_t column,
                                                       Make make) const {
  const BlockCache::Key key{owner_, kind, column};
  if (std::shared_ptr<const void> known = cache_->Find(key)) {
    return std::static_pointer_cast<const Value>(std::move(known));
  }
  // Two threads may make the same one; both are as good.
  ASSIGN_OR_RETURN(std::shared_ptr<const Value> made, make());
  cache_->Insert(key, made, made->allocated_bytes());
  return made;
}

Result<std::shared_ptr<const GroupDirectory>> BlockReader::KeptDirectory(uint32_t group) const {
  const auto read = [&]() -> Result<std::shared_ptr<const GroupDirectory>> {
    ASSIGN_OR_RETURN(GroupDirectory directory, Directory(group));
    return std::make_shared<const GroupDirectory>(std::move(directory));
  };
  return Kept<GroupDirectory>(BlockCache::Kind::kDirectory, group, read);
}

Result<std::shared_ptr<const TraceRuns>> BlockReader::Runs(uint32_t group,
                                                           const GroupDirectory& directory) const {
  const auto read = [&]() -> Result<std::shared_ptr<const TraceRuns>> {
    const auto index = static_cast<size_t>(StoredIndex(footer_.table, Field::kTraceId));
    ASSIGN_OR_RETURN(const std::string section, Read(directory.stored[index]));
    auto runs = std::make_shared<TraceRuns>();
    if (!ReadTraceRuns(section, footer_.row_groups[group].row_count, runs.get())) {
      return Damaged("the trace ids of a row group are damaged");
    }
    return std::shared_ptr<const TraceRuns>(std::move(runs));
  };
  return Kept<TraceRuns>(BlockCache::Kind::kRuns, group, read);
}

Result<std::shared_ptr<const GroupTimes>> BlockReader::Times(
    uint32_t group, const GroupDirectory& directory) const {
  return Kept<GroupTimes>(BlockCache::Kind::kTimes, group,
                          [&] { return ReadGroupTimes(group, directory); });
}

template <typename Opened>
Result<std::shared_ptr<const Opened>> BlockReader::KeptColumn(uint32_t group,
                                                              const GroupDirectory& directory,
                                                              Field field) const {
  const auto index = static_cast<uint32_t>(StoredIndex(footer_.table, field));
  const auto open = [&]() -> Result<std::shared_ptr<const Opened>> {
    auto column = std::make_shared<Opened>();
    ASSIGN_OR_RETURN(column->section, Read(directory.stored[index]));
    if (!OpenColumn(field, footer_.row_groups[group].row_count, column.get())) {
      return Damaged("a column is damaged");
    }
    return std::shared_ptr<const Opened>(std::move(column));
  };
  const auto column_count = static_cast<uint32_t>(directory.stored.size());
  return Kept<Opened>(BlockCache::Kind::kStoredColumn, group * column_count + index, open);
}

Result<std::shared_ptr<const OpenNumbers>> BlockReader::Numbers(uint32_t group,
                                                                const GroupDirectory& directory,
                                                                Field field) const {
  return KeptColumn<OpenNumbers>(group, directory, field);
}

Result<std::shared_ptr<const OpenSpanIds>> BlockReader::SpanIdsOf(
    uint32_t group, const GroupDirectory& directory) const {
  return KeptColumn<OpenSpanIds>(group, directory, Field::kSpanId);
}

Result<std::shared_ptr<const OpenParents>> BlockReader::Parents(
    uint32_t group, const GroupDirectory& directory) const {
  return KeptColumn<OpenParents>(group, directory, Field::kParentSpanId);
}

std::shared_ptr<const GroupTimes> BlockReader::KnownTimes(uint32_t group) const {
  return std::static_pointer_cast<const GroupTimes>(
      cache_->FindKnown({owner_, BlockCache::Kind::kTimes, group}));
}

Result<std::shared_ptr<const GroupColumns>> BlockReader::Columns(
    uint32_t group, const GroupDirectory& directory) const {
  return Kept<GroupColumns>(BlockCache::Kind::kGroupColumns, group,
                            [&] { return ReadGroupColumns(group, directory); });
}

Result<std::shared_ptr<const GroupColumns>> BlockReader::ReadGroupColumns(
    uint32_t group, const GroupDirectory& directory) const {
  const size_t row_count = footer_.row_groups[group].row_count;
  std::vector<uint32_t> places;
  std::vector<SectionRef> refs;
  for (uint32_t place = 0; place < directory.values.size(); ++place) {
    const GroupColumn& values = directory.values[place];
    if (footer_.columns[values.column].id.field != Field::kAttributes) continue;
    places.push_back(place);
    refs.push_back(values.section);
  }
  auto columns = std::make_shared<GroupColumns>();
  ASSIGN_OR_RETURN(columns->sections, ReadAll(refs));
  columns->by_place.resize(directory.values.size());
  for (size_t i = 0; i < places.size(); ++i) {
    GroupColumns::Column& column = columns->by_place[places[i]];
    ByteReader in(columns->sections.sections[i]);
    const std::string_view presence = in.ReadLengthPrefixed();
    column.values = in.rest();
    if (!in.ok() ||
        !column.presence.Open(presence, row_count, directory.values[places[i]].value_count)) {
      return Damaged("the rows of a value column are damaged");
    }
  }
  return std::shared_ptr<const GroupColumns>(std::move(columns));
}

Result<std::shared_ptr<const GroupTimes>> BlockReader::ReadGroupTimes(
    uint32_t group, const GroupDirectory& directory) const {
  const size_t row_count = footer_.row_groups[group].row_count;
  const SectionRef& ref =
      directory.stored[static_cast<size_t>(StoredIndex(footer_.table, Field::kTime))];
  auto times = std::make_shared<GroupTimes>();
  times->times.resize(row_count);
  if (ref.bytes > 0) {
    ASSIGN_OR_RETURN(const auto runs, Runs(group, directory));
    ASSIGN_OR_RETURN(const std::string section, Read(ref));
    if (!ReadAllTimes(section, *runs, row_count, &times->times)) {
      return Damaged("the times of a row group are damaged");
    }
  }
  times->newest = NewestOf(times->times);
  return std::shared_ptr<const GroupTimes>(std::move(times));
}

Result<std::shared_ptr<const IndexPageEntries>> BlockReader::KeptIndexPage(size_t page) const {
  const auto read = [&]() -> Result<std::shared_ptr<const IndexPageEntries>> {
    auto entries = ReadIndexPage(*file_, footer_.index[page]);
    if (!entries.ok()) return entries.status().WithContext(path_);
    return entries;
  };
  return Kept<IndexPageEntries>(BlockCache::Kind::kIndexPage, static_cast<uint32_t>(page), read);
}

Result<std::shared_ptr<const BlockEntries>> BlockReader::Entries() const {
  return Kept<BlockEntries>(BlockCache::Kind::kEntries, 0, [this] { return ReadEntries(); });
}

Result<std::shared_ptr<const BlockEntries>> BlockReader::ReadEntries() const {
  auto entries = std::make_shared<BlockEntries>();
  ASSIGN_OR_RETURN(std::string section, Read(footer_.entries));
  DecodeMemory memory(entries->arena, kEntriesBytesMax);
  if (!Unpack(std::move(section), &entries->bytes)) return Damaged("the resources are damaged");
  ByteReader in(entries->bytes);
  if (!ReadDictionaries(in, memory, &entries->dictionaries) || !in.empty()) {
    return Damaged("the resources are damaged");
  }
  return std::shared_ptr<const BlockEntries>(std::move(entries));
}

Result<std::shared_ptr<const ValueDictionary>> BlockReader::Dictionary(uint32_t column) const {
  ASSIGN_OR_RETURN(const auto dictionaries, Dictionaries(std::span(&column, 1)));
  return dictionaries->by_column[column];
}

// All of a block are one value of the cache, which is replaced by one that has more of them: rows
// with many attributes need most of them, and a look-up for each costs more than its values.
Result<std::shared_ptr<const BlockDictionaries>> BlockReader::Dictionaries(
    std::span<const uint32_t> columns) const {
  const BlockCache::Key key{owner_, BlockCache::Kind::kDictionaries, 0};
  auto known = std::static_pointer_cast<const BlockDictionaries>(cache_->FindKnown(key));
  std::vector<uint32_t> missing;
  for (uint32_t column : columns) {
    if (footer_.columns[column].entry_count == 0) continue;
    if (known == nullptr || known->by_column[column] == nullptr) missing.push_back(column);
  }
  if (known != nullptr && missing.empty()) return known;
  auto more = std::make_shared<BlockDictionaries>();
  if (known != nullptr) *more = *known;
  more->by_column.resize(footer_.columns.size());
  cache_->CountMisses(missing.size());
  RETURN_IF_ERROR(AddDictionaries(missing, more.get()));
  // Of two threads that do so the last one wins; what the other one read is read again then.
  cache_->Insert(key, more, more->allocated_bytes());
  return std::shared_ptr<const BlockDictionaries>(std::move(more));
}

Status BlockReader::AddDictionaries(std::span<const uint32_t> columns,
                                    BlockDictionaries* dictionaries) const {
  for (uint32_t column : columns) {
    const BlockColumn& info = footer_.columns[column];
    ASSIGN_OR_RETURN(std::string bytes, Read(info.dictionary));
    auto made = ValueDictionary::Open(std::move(bytes), info.id.type, info.entry_count,
                                      footer_.dictionary_text());
    if (made == nullptr) return Damaged("a dictionary is damaged");
    dictionaries->bytes += made->allocated_bytes();
    dictionaries->by_column[column] = std::move(made);
  }
  return Status::Ok();
}

Result<std::shared_ptr<const ColumnFilters>> BlockReader::Filters(uint32_t column) const {
  return Kept<ColumnFilters>(BlockCache::Kind::kFilters, column,
                             [&] { return ReadFilters(column); });
}

Result<std::shared_ptr<const ColumnFilters>> BlockReader::ReadFilters(uint32_t column) const {
  auto filters = std::make_shared<ColumnFilters>();
  filters->by_group.resize(footer_.row_groups.size());
  if (footer_.columns[column].filters.bytes > 0) {
    ASSIGN_OR_RETURN(filters->bytes, Read(footer_.columns[column].filters));
  }
  ByteReader in(filters->bytes);
  while (!in.empty()) {
    const uint64_t group = in.ReadVarint();
    const std::string_view filter = in.ReadLengthPrefixed();
    if (!in.ok() || group >= filters->by_group.size()) return Damaged("a filter is damaged");
    filters->by_group[group] = filter;
  }
  return std::shared_ptr<const ColumnFilters>(std::move(filters));
}

Result<std::vector<uint64_t>> BlockReader::TraceIndexEntries() const {
  auto entries = ReadTraceIndex(*file_, footer_.index);
  if (!entries.ok()) return entries.status().WithContext(path_);
  return entries;
}

Result<std::string> BlockReader::Read(const SectionRef& ref) const {
  Result<std::string> bytes = ReadSection(*file_, ref);
  if (!bytes.ok()) return bytes.status().WithContext(path_);
  return bytes;
}

Result<SectionGroup> BlockReader::ReadAll(std::span<const SectionRef> refs) const {
  Result<SectionGroup> sections = ReadSections(*file_, refs);
  if (!sections.ok()) return sections.status().WithContext(path_);
  return sections;
}

Status BlockReader::Damaged(std::string_view what) const {
  return DataLoss(std::string(what)).WithContext(path_);
}

}  // namespace spanhound::store
