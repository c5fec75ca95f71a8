#include "store/block/block_writer.h"

#include <algorithm>

#include "store/block/block_format.h"
#include "store/block/row_sorter.h"
#include "store/block/trace_index.h"
#include "store/catalog.h"
#include "store/columns/attribute_streams.h"
#include "store/columns/column_codec.h"
#include "store/columns/gather.h"

namespace spanhound::store {
namespace {

static_assert(kRowGroupRows * kTargetsPerGroupMax <= kRowGroupRowsMax);

class BlockWriter {
 public:
  BlockWriter(WritableFile& file, std::span<const ChunkPtr> chunks)
      : out_(file), chunks_(chunks), table_(chunks[0]->table), copier_(arena_) {}

  Result<BlockSummary> Write(size_t row_group_rows) {
    RETURN_IF_ERROR(out_.AppendRaw(kBlockMagic));
    const std::vector<RowRef> rows = SortRows(chunks_);
    const auto column = Gather(StoredIndex(table_, Field::kTraceId), rows);
    size_t first = 0;
    CollectCatalog();
    for (size_t end : CutRowGroups(std::get<std::vector<model::TraceId>>(column), row_group_rows)) {
      RETURN_IF_ERROR(WriteRowGroup(std::span(rows).subspan(first, end - first)));
      first = end;
    }
    footer_.row_count = rows.size();
    RETURN_IF_ERROR(WriteFooter());
    return BlockSummary{footer_.row_count, footer_.bounds, out_.offset()};
  }

 private:
  // The chunks outlive the block's writing: their cells are shared, not copied.
  ColumnData Gather(size_t column, std::span<const RowRef> rows) {
    std::vector<const ColumnData*> sources(chunks_.size());
    for (size_t i = 0; i < chunks_.size(); ++i) sources[i] = &chunks_[i]->columns[column];
    return GatherColumn(StoredColumns(table_)[column].type, sources, rows,
                        std::vector<bool>(chunks_.size(), true), copier_);
  }

  void CollectCatalog() {
    for (const ChunkPtr& chunk : chunks_) catalog_.AddChunk(*chunk);
    footer_.services.assign(catalog_.services().begin(), catalog_.services().end());
    for (const auto& [operation, count] : catalog_.operations()) {
      footer_.operations.push_back({ServiceCode(operation.service), operation.name,
                                    static_cast<uint64_t>(operation.kind), count});
    }
  }

  uint32_t ServiceCode(std::string_view service) const {
    const auto found = std::ranges::lower_bound(footer_.services, service);
    return static_cast<uint32_t>(found - footer_.services.begin());
  }

  Status WriteRowGroup(std::span<const RowRef> rows) {
    std::vector<ColumnData> columns;
    for (size_t i = 0; i < StoredColumns(table_).size(); ++i) columns.push_back(Gather(i, rows));
    RowGroupDirectory directory;
    for (size_t i = 0; i < columns.size(); ++i) {
      RETURN_IF_ERROR(WriteColumn(i, columns, &directory));
    }
    RowGroup group;
    group.row_count = rows.size();
    group.bounds = BoundsOf(columns);
    group.services = ServicesOf(columns);
    ASSIGN_OR_RETURN(group.directory, out_.Append(EncodeRowGroupDirectory(table_, directory)));
    trace_index_.AddGroup(static_cast<uint32_t>(footer_.row_groups.size()),
                          Cells<model::TraceId>(columns, Field::kTraceId));
    footer_.bounds.Add(group.bounds);
    footer_.row_groups.push_back(std::move(group));
    return Status::Ok();
  }

  Status WriteColumn(size_t index, const std::vector<ColumnData>& columns,
                     RowGroupDirectory* directory) {
    std::string bytes;
    if (StoredColumns(table_)[index].field == Field::kAttributes) {
      ShreddedAttributes shredded =
          ShredAttributes(Cells<std::span<const model::Attribute>>(columns, Field::kAttributes));
      for (const std::string& stream : shredded.streams) {
        ASSIGN_OR_RETURN(const SectionRef section, out_.Append(stream));
        directory->streams.push_back(section);
      }
      bytes = std::move(shredded.shapes);
    } else {
      AppendColumn(bytes, table_, index, columns, dictionaries_);
    }
    ASSIGN_OR_RETURN(const SectionRef section, out_.Append(bytes));
    directory->columns.push_back(section);
    return Status::Ok();
  }

  template <typename Cell>
  const std::vector<Cell>& Cells(const std::vector<ColumnData>& columns, Field field) const {
    return std::get<std::vector<Cell>>(columns[StoredIndex(table_, field)]);
  }

  RowBounds BoundsOf(const std::vector<ColumnData>& columns) const {
    RowBounds bounds;
    const auto& times = Cells<uint64_t>(columns, Field::kTime);
    for (size_t i = 0; i < times.size(); ++i) {
      const bool is_log = table_ == Table::kLogs;
      const uint64_t end = is_log ? times[i] : Cells<uint64_t>(columns, Field::kEndTime)[i];
      bounds.Add(times[i], DurationOf(times[i], end));
    }
    return bounds;
  }

  std::vector<uint32_t> ServicesOf(const std::vector<ColumnData>& columns) const {
    std::vector<bool> seen(footer_.services.size());
    const model::Resource* last = nullptr;
    for (const auto* resource : Cells<const model::Resource*>(columns, Field::kResource)) {
      if (resource != last) seen[ServiceCode(resource->service_name())] = true;
      last = resource;
    }
    std::vector<uint32_t> services;
    for (uint32_t i = 0; i < seen.size(); ++i) {
      if (seen[i]) services.push_back(i);
    }
    return services;
  }

  Status WriteFooter() {
    ASSIGN_OR_RETURN(footer_.index, trace_index_.Write(out_));
    footer_.table = table_;
    footer_.tenant = chunks_[0]->tenant;
    BlockTrailer trailer;
    ASSIGN_OR_RETURN(trailer.footer, out_.Append(EncodeBlockFooter(footer_, dictionaries_)));
    std::string bytes;
    AppendBlockTrailer(bytes, trailer);
    return out_.AppendRaw(bytes);
  }

  SectionWriter out_;
  const std::span<const ChunkPtr> chunks_;
  const Table table_;
  Arena arena_;
  CellCopier copier_;
  Catalog catalog_;
  RowDictionaries dictionaries_;
  TraceIndexBuilder trace_index_;
  BlockFooter footer_;
};

}  // namespace

Result<BlockSummary> WriteBlock(WritableFile& file, std::span<const ChunkPtr> chunks,
                                size_t row_group_rows) {
  return BlockWriter(file, chunks).Write(row_group_rows);
}

}  // namespace spanhound::store
