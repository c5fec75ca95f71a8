#include "store/block/block_writer.h"

#include <algorithm>

#include "base/checksum.h"
#include "store/block/group_values.h"
#include "store/block/row_order.h"
#include "store/columns/attribute_streams.h"
#include "store/columns/value_codec.h"
#include "store/encoding/blob.h"
#include "store/encoding/compression.h"

namespace spanhound::store {
namespace {

static_assert(kRowGroupRows * kTargetsPerGroupMax <= kRowGroupRowsMax);

std::string CompressedSection(std::string_view bytes) {
  std::string section;
  AppendBlob(section, bytes, kBlockCompression);
  return section;
}

// Rows of one service, name and kind.
struct OperationCodes {
  uint32_t service;
  uint32_t name;
  uint64_t kind;
  bool operator==(const OperationCodes&) const = default;
};
struct OperationCodesHash {
  size_t operator()(const OperationCodes& codes) const {
    const uint64_t both = uint64_t{codes.service} << 32 | codes.name;
    return (both ^ codes.kind << 60) * 0x9e3779b97f4a7c15u;
  }
};

template <typename Lists>
void AddKeys(const Lists& lists, std::span<const uint32_t> order, StringSet* keys) {
  if (lists.empty()) return;
  for (uint32_t row : order) {
    for (const auto& element : lists[row]) {
      for (const model::Attribute& attribute : element.attributes) keys->emplace(attribute.key);
    }
  }
}

// The keys of attributes: those that most chunks have first, then those that come first.
std::vector<std::string_view> KeysByFrequency(std::span<const ChunkPtr> chunks) {
  HashMap<std::string_view, size_t, StringHash> numbers;  // of keys in the chunks
  std::vector<std::pair<size_t, std::string_view>> ranked;
  for (const ChunkPtr& chunk : chunks) {
    std::vector<std::string_view> keys;
    if (!ReadStreamKeys(chunk->column(Field::kAttributes), &keys)) continue;  // found out later
    for (std::string_view key : keys) {
      const auto [found, is_new] = numbers.try_emplace(key, ranked.size());
      if (is_new) ranked.emplace_back(0, key);
      ++ranked[found->second].first;
    }
  }
  std::ranges::stable_sort(ranked, [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string_view> keys;
  for (const auto& [count, key] : ranked) keys.push_back(key);
  return keys;
}

}  // namespace

BlockWriter::BlockWriter(WritableFile& file, Table table, std::string tenant)
    : out_(file), table_(table), tenant_(std::move(tenant)), groups_(out_, columns_) {
  started_ = out_.AppendRaw(kBlockMagic);
}

Status BlockWriter::WriteGroup(const RowTable& rows, std::span<const uint32_t> order) {
  RETURN_IF_ERROR(started_);
  columns_.Seal();
  ASSIGN_OR_RETURN(RowGroup group, groups_.Write(rows, order));
  NoteServices(rows, order, &group);
  if (table_ == Table::kSpans) {
    CountOperations(rows, order);
    NoteListKeys(rows, order);
  }
  std::vector<model::TraceId> trace_ids(order.size());
  for (size_t i = 0; i < order.size(); ++i) trace_ids[i] = rows.trace_ids()[order[i]];
  trace_index_.AddGroup(static_cast<uint32_t>(footer_.row_groups.size()), trace_ids);
  footer_.bounds.Add(group.bounds);
  footer_.row_count += group.row_count;
  footer_.row_groups.push_back(std::move(group));
  return Status::Ok();
}

uint32_t BlockWriter::ServiceOf(uint32_t resource) {
  while (resource_services_.size() <= resource) {
    Arena arena;
    DecodeMemory memory(arena, kSectionBytesMax);
    ByteReader in(columns_.resources().entry(static_cast<uint32_t>(resource_services_.size())));
    model::Resource decoded;
    CHECK(ReadResource(in, memory, &decoded));  // was read before
    const std::string_view name = decoded.service_name();
    const auto [found, is_new] = service_numbers_.try_emplace(std::string(name), services_.size());
    if (is_new) services_.emplace_back(name);
    resource_services_.push_back(found->second);
  }
  return resource_services_[resource];
}

void BlockWriter::NoteServices(const RowTable& rows, std::span<const uint32_t> order,
                               RowGroup* group) {
  const std::vector<uint32_t>& resources = rows.codes(Field::kResource);
  HashSet<uint32_t> seen;
  uint32_t last = UINT32_MAX;
  for (uint32_t row : order) {
    if (resources[row] == last) continue;
    last = resources[row];
    seen.insert(ServiceOf(last));
  }
  for (uint32_t service : seen) catalog_.AddService(services_[service]);
  if (seen.size() <= kGroupServicesMax) group->services.assign(seen.begin(), seen.end());
}

void BlockWriter::CountOperations(const RowTable& rows, std::span<const uint32_t> order) {
  const std::vector<uint32_t>& resources = rows.codes(Field::kResource);
  const std::vector<uint32_t>& names = rows.codes(Field::kName);
  const std::vector<uint64_t>& kinds = rows.numbers(Field::kKind);
  HashMap<OperationCodes, uint64_t, OperationCodesHash> counts;
  for (uint32_t row : order) {
    ++counts[{ServiceOf(resources[row]), names.empty() ? 0 : names[row],
              kinds.empty() ? 0 : kinds[row]}];
  }
  const ValueColumn& texts = columns_.values(rows.text_column(Field::kName));
  for (const auto& [codes, count] : counts) {
    const std::string_view name = names.empty() ? std::string_view() : texts.text(codes.name);
    catalog_.AddOperation(services_[codes.service], name, static_cast<model::SpanKind>(codes.kind),
                          count, kBlockOperationsMax);
  }
}

void BlockWriter::NoteListKeys(const RowTable& rows, std::span<const uint32_t> order) {
  if (list_keys_.size() > kListKeysMax) return;
  AddKeys(rows.events(), order, &list_keys_);
  AddKeys(rows.links(), order, &list_keys_);
}

Status BlockWriter::WriteColumns() {
  for (uint32_t i = 0; i < columns_.size(); ++i) {
    BlockColumn column;
    column.id = columns_.id(i);
    if (i < groups_.value_counts().size()) column.value_count = groups_.value_counts()[i];
    column.entry_count = columns_.values(i).dictionary_size();
    if (column.entry_count > 0) {
      std::string bytes;
      AppendDictionary(bytes, columns_.values(i), column.id.type);
      ASSIGN_OR_RETURN(column.dictionary, out_.Append(bytes));
    }
    if (i < groups_.filters().size() && !groups_.filters()[i].empty()) {
      ASSIGN_OR_RETURN(column.filters, out_.Append(groups_.filters()[i]));
    }
    footer_.columns.push_back(column);
  }
  std::string entries;
  columns_.resources().AppendTo(entries);
  columns_.scopes().AppendTo(entries);
  ASSIGN_OR_RETURN(footer_.entries, out_.Append(CompressedSection(entries)));
  return Status::Ok();
}

// Services get the numbers of their order by name.
Status BlockWriter::WriteCatalog() {
  BlockCatalog catalog;
  catalog.services.assign(catalog_.services().begin(), catalog_.services().end());
  const auto number_of = [&catalog](std::string_view name) {
    return static_cast<uint32_t>(std::ranges::lower_bound(catalog.services, name) -
                                 catalog.services.begin());
  };
  for (const auto& [operation, count] : catalog_.operations()) {
    catalog.operations.push_back({number_of(operation.service), operation.name,
                                  static_cast<uint64_t>(operation.kind), count});
  }
  ASSIGN_OR_RETURN(footer_.catalog, out_.Append(CompressedSection(EncodeBlockCatalog(catalog))));
  const bool are_listed = catalog.services.size() <= kBlockServicesMax;
  for (RowGroup& group : footer_.row_groups) {
    if (!are_listed) group.services.clear();
    for (uint32_t& service : group.services) service = number_of(services_[service]);
    std::ranges::sort(group.services);
  }
  if (are_listed) footer_.services = std::move(catalog.services);
  return Status::Ok();
}

Result<BlockSummary> BlockWriter::Finish() {
  RETURN_IF_ERROR(started_);
  RETURN_IF_ERROR(WriteColumns());
  RETURN_IF_ERROR(WriteCatalog());
  ASSIGN_OR_RETURN(footer_.index, std::move(trace_index_).Write(out_));
  footer_.table = table_;
  footer_.tenant = tenant_;
  footer_.lists_keys = list_keys_.size() <= kListKeysMax;
  if (footer_.lists_keys) footer_.list_keys.assign(list_keys_.begin(), list_keys_.end());
  std::ranges::sort(footer_.list_keys);
  const std::string footer = CompressedSection(EncodeBlockFooter(footer_));
  std::string trailer;
  AppendBlockTrailer(trailer, {out_.offset(), footer.size(), Checksum64(footer)});
  RETURN_IF_ERROR(out_.AppendRaw(footer));
  RETURN_IF_ERROR(out_.AppendRaw(trailer));
  RETURN_IF_ERROR(out_.Flush());
  return BlockSummary{footer_.row_count, footer_.bounds, out_.offset()};
}

Result<BlockSummary> WriteBlock(WritableFile& file, std::span<const ChunkPtr> chunks,
                                size_t row_group_rows) {
  BlockWriter writer(file, chunks[0]->table, chunks[0]->tenant);
  writer.columns().AdmitKeys(KeysByFrequency(chunks));
  RowTable rows(chunks[0]->table, writer.columns());
  size_t row_count = 0;
  for (const ChunkPtr& chunk : chunks) row_count += chunk->row_count;
  rows.Expect(row_count);
  for (const ChunkPtr& chunk : chunks) RETURN_IF_ERROR(rows.AppendChunk(*chunk));
  const std::vector<uint32_t> order = OrderRows(rows);
  size_t first = 0;
  for (size_t end : CutRowGroups(rows.trace_ids(), order, row_group_rows)) {
    RETURN_IF_ERROR(writer.WriteGroup(rows, std::span(order).subspan(first, end - first)));
    first = end;
  }
  return writer.Finish();
}

}  // namespace spanhound::store
