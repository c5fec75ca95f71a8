#include "store/block/block_reader.h"

#include <algorithm>
#include <numeric>

#include "store/block/block_rows.h"
#include "store/block/trace_index.h"

namespace spanhound::store {
namespace {

// What a decoded footer may take; a real one is far below.
constexpr uint64_t kFooterBytesMax = 256u << 20;

}  // namespace

Result<std::shared_ptr<const BlockReader>> BlockReader::Open(FileSystem& files, std::string path) {
  ASSIGN_OR_RETURN(auto file, files.Open(path));
  std::shared_ptr<BlockReader> reader(new BlockReader(std::move(file), std::move(path)));
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
  ASSIGN_OR_RETURN(footer_bytes_, ReadSection(*file_, trailer->footer));
  DecodeMemory memory(arena_, kFooterBytesMax);
  if (!DecodeBlockFooter(footer_bytes_, memory, &footer_)) return DataLoss("the footer is damaged");
  return Status::Ok();
}

void BlockReader::AddTo(Catalog& catalog) const {
  for (std::string_view service : footer_.services) catalog.AddService(service);
  for (const BlockOperation& operation : footer_.operations) {
    catalog.AddOperation(footer_.services[operation.service], operation.name,
                         static_cast<model::SpanKind>(operation.kind), operation.span_count);
  }
}

bool BlockReader::MayHold(const PruneHints& hints) const {
  if (!hints.MayHold(footer_.bounds)) return false;
  if (!hints.names) return true;
  return std::ranges::any_of(footer_.operations, [&hints](const BlockOperation& operation) {
    return std::ranges::find(*hints.names, operation.name) != hints.names->end();
  });
}

bool BlockReader::HasServiceOf(const PruneHints& hints, const RowGroup& group) const {
  if (!hints.services) return true;
  return std::ranges::any_of(group.services, [&](uint32_t service) {
    return std::ranges::find(*hints.services, footer_.services[service]) != hints.services->end();
  });
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
  for (const model::TraceId& id : *hints.trace_ids) {
    auto found = FindTrace(*file_, footer_.index, id);
    if (!found.ok()) return found.status().WithContext(path_);
    groups.insert(groups.end(), found->begin(), found->end());
  }
  std::ranges::sort(groups);
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  if (!groups.empty() && groups.back() >= footer_.row_groups.size()) {
    return Damaged("the trace index names a row group that is not there");
  }
  return groups;
}

Status BlockReader::AppendScanParts(const PruneHints& hints, std::vector<ScanPart>* parts) const {
  if (!MayHold(hints)) return Status::Ok();
  ASSIGN_OR_RETURN(const std::vector<uint32_t> groups, CandidateGroups(hints));
  for (uint32_t index : groups) {
    const RowGroup& group = footer_.row_groups[index];
    if (!hints.MayHold(group.bounds) || !HasServiceOf(hints, group)) continue;
    parts->push_back({group.bounds,
                      [self = shared_from_this(), index] { return self->OpenRows(index); },
                      group.row_count});
  }
  return Status::Ok();
}

Result<std::unique_ptr<RowSet>> BlockReader::OpenRows(size_t group) const {
  ASSIGN_OR_RETURN(const std::string bytes, Read(footer_.row_groups[group].directory));
  RowGroupDirectory directory;
  if (!DecodeRowGroupDirectory(bytes, footer_.table, &directory)) {
    return Damaged("the directory of a row group is damaged");
  }
  return std::unique_ptr<RowSet>(std::make_unique<BlockRows>(
      shared_from_this(), footer_.row_groups[group].row_count, std::move(directory)));
}

Result<std::string> BlockReader::Read(const SectionRef& ref) const {
  Result<std::string> bytes = ReadSection(*file_, ref);
  if (!bytes.ok()) return bytes.status().WithContext(path_);
  return bytes;
}

Status BlockReader::Damaged(std::string_view what) const {
  return DataLoss(std::string(what)).WithContext(path_);
}

}  // namespace spanhound::store
