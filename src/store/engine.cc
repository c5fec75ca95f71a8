#include "store/engine.h"

#include "store/block/operation_rows.h"
#include "store/columns/batch_columns.h"
#include "store/columns/chunk_rows.h"
#include "store/completion.h"
#include "store/head/chunk_merge.h"
#include "store/scan/chunk_pruner.h"
#include "store/scan/count.h"
#include "store/scan/prune.h"
#include "store/scan/scan_stream.h"
#include "store/wal/wal_record.h"

namespace spanhound::store {
namespace {

// The name "data/" has is in the directory ".", not in "data": what is synced depends on it.
StoreOptions WithPlainDirectory(StoreOptions options) {
  std::string& directory = options.directory;
  while (directory.size() > 1 && directory.ends_with('/')) directory.pop_back();
  return options;
}

std::string WalDirectory(const StoreOptions& options) { return options.directory + "/wal"; }

void AppendChunkParts(const DataSnapshot& snapshot, const PruneHints& hints,
                      std::vector<ScanPart>* parts) {
  const ChunkPruner pruner(hints);
  for (const ChunkPtr& chunk : snapshot.chunks) {
    if (!pruner.MayHold(*chunk)) continue;
    parts->push_back({chunk->bounds,
                      [chunk]() -> Result<std::unique_ptr<RowSet>> {
                        return std::unique_ptr<RowSet>(std::make_unique<ChunkRows>(chunk));
                      },
                      chunk->row_count});
  }
}

// The block as one part made of its catalog, if that is all the request needs.
Result<std::optional<CountPart>> CatalogPart(const CountRequest& request, const BlockPtr& block) {
  const BlockFooter& footer = block->footer();
  if (request.table != Table::kSpans || !ReadsOnly(request, kOperationFields) ||
      !request.time.ContainsAll(footer.bounds.min_time, footer.bounds.max_time)) {
    return std::optional<CountPart>();
  }
  ASSIGN_OR_RETURN(auto catalog, block->ReadCatalog());
  auto counts = OperationRows::SpanCounts(*catalog, footer.row_count);
  if (!counts) return std::optional<CountPart>();
  ScanPart part{footer.bounds,
                [catalog]() -> Result<std::unique_ptr<RowSet>> {
                  return std::unique_ptr<RowSet>(std::make_unique<OperationRows>(catalog));
                },
                catalog->operations.size()};
  return std::optional(CountPart{std::move(part), *std::move(counts)});
}

}  // namespace

Result<std::unique_ptr<Store>> Store::Open(StoreOptions options, FileSystem& files,
                                           const Clock& clock, Metrics& metrics) {
  ASSIGN_OR_RETURN(auto engine, Engine::Open(std::move(options), files, clock, metrics));
  return std::unique_ptr<Store>(std::move(engine));
}

Engine::Engine(StoreOptions options, FileSystem& files, const Clock& clock, Metrics& metrics)
    : options_(WithPlainDirectory(std::move(options))),
      files_(files),
      clock_(clock),
      metrics_(metrics),
      refused_batches_(metrics.NewCounter("spanhound_store_refused_invalid_total",
                                          "Batches refused because they could not be stored.")),
      cut_listings_(metrics.NewCounter("spanhound_store_listings_cut_total",
                                       "Answers about services, operations or attributes that a "
                                       "limit made incomplete.")),
      scan_pool_(options_.scan_threads),
      blocks_(files, clock, options_.directory),
      budget_({options_.head_bytes_max, options_.tenant_head_share, options_.tenants_max}, clock,
              metrics, [this] { return data_.Tenants(); }) {}

Result<std::unique_ptr<Engine>> Engine::Open(StoreOptions options, FileSystem& files,
                                             const Clock& clock, Metrics& metrics,
                                             size_t row_group_rows) {
  std::unique_ptr<Engine> engine(new Engine(std::move(options), files, clock, metrics));
  RETURN_IF_ERROR(engine->Recover(row_group_rows));
  return engine;
}

Status Engine::Recover(size_t row_group_rows) {
  RETURN_IF_ERROR(files_.CreateDirectory(options_.directory));
  ASSIGN_OR_RETURN(lock_, files_.Lock(options_.directory + "/LOCK"));
  RETURN_IF_ERROR(files_.CreateDirectory(WalDirectory(options_)));
  RETURN_IF_ERROR(files_.CreateDirectory(options_.directory + "/blocks"));
  ASSIGN_OR_RETURN(std::vector<StoredBlock> blocks, blocks_.Open());
  data_.AddBlocks(std::move(blocks));
  ASSIGN_OR_RETURN(const WalRecovery recovery, ReplayLog());
  StartLog(recovery);
  StartBackground(row_group_rows);
  AddGauges();
  return Status::Ok();
}

// Merges on the way: requests of one span each take ten times the memory of their merged rows, and
// the head they come from may have been full. It is cut into the portions it had, so that writing
// them as blocks takes no more memory than it did.
Result<WalRecovery> Engine::ReplayLog() {
  size_t merged_at = 0;
  const auto publish = [this, &merged_at](ChunkPtr chunk) {
    data_.Publish(std::move(chunk));
    if (data_.live_chunk_count() < merged_at + kMergedAtOnce) return;
    data_.MergeSmallChunks();
    merged_at = data_.live_chunk_count();
  };
  const auto freeze = [this, &merged_at](uint64_t next_segment) {
    if (data_.flush_bytes() < options_.flush_bytes) return;
    data_.Freeze(next_segment);
    merged_at = 0;
  };
  return RecoverWal(files_, WalDirectory(options_), blocks_.first_wal_segment(), publish, freeze);
}

void Engine::StartLog(const WalRecovery& recovery) {
  WalOptions wal{WalDirectory(options_), recovery.next_segment, recovery.last_segment_bytes,
                 options_.durability, options_.sync_interval_ms};
  wal.segment_bytes_max = options_.wal_segment_bytes;
  wal_ = std::make_unique<WalWriter>(
      std::move(wal), files_, clock_, metrics_,
      [this](std::span<const WalWriter::Entry> group) {
        for (const WalWriter::Entry& entry : group) {
          data_.Publish(entry.chunk);
          budget_.Release(entry.chunk->tenant, entry.chunk->allocated_bytes);
        }
        // Also while a flush runs, or what comes meanwhile would make a block of any size.
        const bool is_enough = data_.flush_bytes() >= options_.flush_bytes;
        if (!is_enough) flusher_->NotePublished();
        return is_enough;
      },
      [this](uint64_t next_segment) {
        data_.Freeze(next_segment);
        flusher_->Notify();
      });
}

void Engine::StartBackground(size_t row_group_rows) {
  CompactionLimits limits;
  limits.rows_max = options_.compact_rows_max;
  limits.inputs_min = options_.compact_inputs_min;
  limits.window_nanos = [this](std::string_view tenant) {
    return CompactionWindowNanos(options_.retention.AgeNanos(tenant));
  };
  compactor_ =
      std::make_unique<Compactor>(CompactorOptions{std::move(limits), options_.retention,
                                                   row_group_rows, options_.check_interval_ms},
                                  clock_, data_, blocks_, metrics_);
  flusher_ = std::make_unique<Flusher>(
      FlushOptions{options_.flush_interval_ms, row_group_rows, WalDirectory(options_),
                   [this] {
                     budget_.NoteRoom();
                     compactor_->Notify();
                   }},
      files_, data_, blocks_, *wal_, metrics_);
}

void Engine::AddGauges() {
  metrics_.NewGauge("spanhound_store_block_cache_bytes", "Parts of blocks that are kept decoded.",
                    [this] { return static_cast<double>(blocks_.cache().bytes()); });
  metrics_.NewGauge("spanhound_store_block_cache_misses",
                    "Look-ups that had to decode, since the start.",
                    [this] { return static_cast<double>(blocks_.cache().misses()); });
  for (const auto& [name, table] : {std::pair("spans", Table::kSpans), {"logs", Table::kLogs}}) {
    metrics_.NewGauge(
        "spanhound_store_blocks", "Blocks on disk.",
        [this, table = table] { return static_cast<double>(data_.BlockCount(table)); },
        {{"table", name}});
    metrics_.NewGauge(
        "spanhound_store_block_bytes", "Bytes of the blocks on disk.",
        [this, table = table] { return static_cast<double>(data_.BlockBytes(table)); },
        {{"table", name}});
  }
}

Engine::~Engine() {
  // What runs is told to stop before anything goes: the log's last groups still notify the flusher,
  // and a last flush the compactor.
  if (compactor_ != nullptr) compactor_->Stop();
  if (flusher_ != nullptr) flusher_->Stop();
  wal_.reset();
}

void Engine::Append(model::SpanBatch batch, Done done) {
  const size_t row_count = batch.spans.size();
  AppendBatch(std::move(batch), row_count, std::move(done));
}

void Engine::Append(model::LogBatch batch, Done done) {
  const size_t row_count = batch.records.size();
  AppendBatch(std::move(batch), row_count, std::move(done));
}

template <typename Batch>
void Engine::AppendBatch(Batch batch, size_t row_count, Done done) {
  if (row_count == 0) return done(Status::Ok());
  Result<std::shared_ptr<Chunk>> chunk = ChunkOf(batch);
  Result<std::string> record = chunk.ok() ? EncodeWalRecord(**chunk) : chunk.status();
  if (!record.ok()) {
    refused_batches_.Add();
    return done(record.status());
  }
  batch = Batch();  // what waits for room waits without it
  const std::string tenant = (*chunk)->tenant;
  const uint64_t bytes = (*chunk)->allocated_bytes;
  const Status admitted = budget_.ReserveOrWait(
      tenant, bytes, [&] { return data_.head_use(tenant); },
      std::chrono::milliseconds(options_.room_wait_ms_max));
  if (!admitted.ok()) return done(admitted);
  wal_->Append({std::move(*record), std::move(*chunk),
                [this, tenant, bytes, done = std::move(done)](Status status) {
                  if (!status.ok()) {
                    budget_.Release(tenant, bytes);
                    budget_.NoteRoom();
                  }
                  done(std::move(status));
                }});
}

Status Engine::Flush() { return flusher_->FlushAndWait(); }

Result<std::unique_ptr<ScanStream>> Engine::Scan(ScanRequest request) {
  const PruneHints hints = MakePruneHints(request.time, request.filter);
  const DataSnapshot snapshot = data_.Snapshot(request.tenant, request.table);
  std::vector<ScanPart> parts;
  AppendChunkParts(snapshot, hints, &parts);
  for (const BlockPtr& block : snapshot.blocks) {
    RETURN_IF_ERROR(block->AppendScanParts(hints, &parts));
  }
  return MakeScanStream(std::move(request), std::move(parts), scan_pool_);
}

Result<std::vector<GroupCount>> Engine::Count(CountRequest request) {
  const PruneHints hints = MakePruneHints(request.time, request.filter);
  const DataSnapshot snapshot = data_.Snapshot(request.tenant, request.table);
  std::vector<CountPart> parts;
  std::vector<ScanPart> to_read;
  AppendChunkParts(snapshot, hints, &to_read);
  for (const BlockPtr& block : snapshot.blocks) {
    ASSIGN_OR_RETURN(std::optional<CountPart> part, CatalogPart(request, block));
    if (part) {
      parts.push_back(*std::move(part));
    } else {
      RETURN_IF_ERROR(block->AppendScanParts(hints, &to_read));
    }
  }
  for (ScanPart& part : to_read) parts.push_back({std::move(part), {}});
  return CountGroups(request, parts, scan_pool_);
}

Status Engine::FillCatalog(std::string_view tenant, Catalog& catalog) const {
  const DataSnapshot snapshot = data_.Snapshot(tenant, Table::kSpans);
  for (const ChunkPtr& chunk : snapshot.chunks) RETURN_IF_ERROR(catalog.AddChunk(chunk));
  for (const BlockPtr& block : snapshot.blocks) RETURN_IF_ERROR(block->AddTo(catalog));
  return Status::Ok();
}

template <typename Entry>
Result<Listing<Entry>> Engine::CountCut(Result<Listing<Entry>> listing) {
  if (listing.ok() && !listing->is_complete) cut_listings_.Add();
  return listing;
}

Result<Listing<std::string>> Engine::Services(std::string_view tenant) {
  Catalog catalog = Catalog::OfServices(kListingBytesMax);
  RETURN_IF_ERROR(FillCatalog(tenant, catalog));
  return CountCut<std::string>(catalog.Services());
}

Result<Listing<OperationEntry>> Engine::Operations(std::string_view tenant,
                                                   std::string_view service) {
  Catalog catalog = Catalog::OfOperations(std::string(service), kListingBytesMax);
  RETURN_IF_ERROR(FillCatalog(tenant, catalog));
  return CountCut<OperationEntry>(catalog.Operations(service));
}

Result<Listing<AttributeKeyEntry>> Engine::AttributeKeys(const AttributeRequest& request) {
  return CountCut(ListAttributeKeys(request, data_.Snapshot(request.tenant, request.table)));
}

Result<Listing<AttributeValueEntry>> Engine::AttributeValues(const AttributeRequest& request) {
  return CountCut(ListAttributeValues(request, data_.Snapshot(request.tenant, request.table)));
}

}  // namespace spanhound::store
