#include "store/engine.h"

#include "store/columns/batch_columns.h"
#include "store/columns/chunk_rows.h"
#include "store/head/chunk_merge.h"
#include "store/scan/prune.h"
#include "store/scan/scan_stream.h"
#include "store/wal/wal_record.h"
#include "store/wal/wal_recovery.h"

namespace spanhound::store {
namespace {

std::string WalDirectory(const StoreOptions& options) { return options.directory + "/wal"; }

}  // namespace

Result<std::unique_ptr<Store>> Store::Open(StoreOptions options, FileSystem& files,
                                           const Clock& clock, Metrics& metrics) {
  ASSIGN_OR_RETURN(auto engine, Engine::Open(std::move(options), files, clock, metrics));
  return std::unique_ptr<Store>(std::move(engine));
}

Engine::Engine(StoreOptions options, FileSystem& files, const Clock& clock, Metrics& metrics)
    : options_(std::move(options)),
      files_(files),
      clock_(clock),
      metrics_(metrics),
      head_full_(metrics.NewCounter("spanhound_store_refused_head_full_total",
                                    "Batches refused because the head was full.")),
      refused_batches_(metrics.NewCounter("spanhound_store_refused_invalid_total",
                                          "Batches refused because they could not be stored.")) {}

Result<std::unique_ptr<Engine>> Engine::Open(StoreOptions options, FileSystem& files,
                                             const Clock& clock, Metrics& metrics) {
  std::unique_ptr<Engine> engine(new Engine(std::move(options), files, clock, metrics));
  RETURN_IF_ERROR(engine->Recover());
  engine->background_ = std::thread([self = engine.get()] { self->RunBackground(); });
  return engine;
}

Status Engine::Recover() {
  RETURN_IF_ERROR(files_.CreateDirectory(options_.directory));
  RETURN_IF_ERROR(files_.CreateDirectory(WalDirectory(options_)));
  ASSIGN_OR_RETURN(lock_, files_.Lock(options_.directory + "/LOCK"));
  ASSIGN_OR_RETURN(WalRecovery recovery, RecoverWal(files_, WalDirectory(options_), 1));
  for (ChunkPtr& chunk : recovery.chunks) data_.Publish(std::move(chunk));
  WalOptions wal{WalDirectory(options_), recovery.next_segment, options_.durability,
                 options_.sync_interval_ms};
  wal_ = std::make_unique<WalWriter>(std::move(wal), files_, clock_, metrics_,
                                     [this](std::span<const WalWriter::Entry> group) {
                                       for (const WalWriter::Entry& entry : group) {
                                         data_.Publish(entry.chunk);
                                         pending_bytes_ -= entry.chunk->allocated_bytes;
                                       }
                                       WakeBackground();
                                     });
  return Status::Ok();
}

Engine::~Engine() {
  wal_.reset();  // what waits is finished and published
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (background_.joinable()) background_.join();
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
  Result<std::shared_ptr<Chunk>> chunk = ColumnsOf(std::move(batch));
  Result<std::string> record = chunk.ok() ? EncodeWalRecord(**chunk) : chunk.status();
  if (!record.ok()) {
    refused_batches_.Add();
    return done(record.status());
  }
  const uint64_t bytes = (*chunk)->allocated_bytes;
  if (!Reserve(bytes)) {
    head_full_.Add();
    return done(ResourceExhausted("the store cannot write as fast as data comes in; retry later"));
  }
  wal_->Append(
      {std::move(*record), std::move(*chunk), [this, bytes, done = std::move(done)](Status status) {
         if (!status.ok()) pending_bytes_ -= bytes;
         done(std::move(status));
       }});
}

bool Engine::Reserve(uint64_t bytes) {
  const uint64_t pending = pending_bytes_.fetch_add(bytes) + bytes;
  if (pending + data_.head_bytes() <= options_.head_bytes_max) return true;
  pending_bytes_ -= bytes;
  return false;
}

void Engine::WakeBackground() {
  { std::lock_guard lock(mutex_); }  // not between its look at the data and its sleep
  wake_.notify_one();
}

Status Engine::Flush() { return Unimplemented("blocks are not written yet"); }

void Engine::RunBackground() {
  std::unique_lock lock(mutex_);
  size_t merged_at = 0;
  while (!stopping_) {
    wake_.wait(lock, [this, &merged_at] {
      return stopping_ || data_.live_chunk_count() >= merged_at + kMergedAtOnce;
    });
    if (stopping_) break;
    lock.unlock();
    data_.MergeSmallChunks();
    merged_at = data_.live_chunk_count();
    lock.lock();
  }
}

Result<std::unique_ptr<ScanStream>> Engine::Scan(ScanRequest request) {
  const PruneHints hints = MakePruneHints(request.time, request.filter);
  std::vector<ScanPart> parts;
  for (const ChunkPtr& chunk : data_.Snapshot(request.tenant, request.table).chunks) {
    if (!hints.MayHold(chunk->bounds)) continue;
    parts.push_back({chunk->bounds, [chunk]() -> Result<std::unique_ptr<RowSet>> {
                       return std::unique_ptr<RowSet>(std::make_unique<ChunkRows>(chunk));
                     }});
  }
  return MakeScanStream(std::move(request), std::move(parts));
}

Result<std::vector<std::string>> Engine::Services(std::string_view tenant) {
  Catalog catalog;
  for (const ChunkPtr& chunk : data_.Snapshot(tenant, Table::kSpans).chunks) {
    catalog.AddChunk(*chunk);
  }
  return catalog.Services();
}

Result<std::vector<OperationEntry>> Engine::Operations(std::string_view tenant,
                                                       std::string_view service) {
  Catalog catalog;
  for (const ChunkPtr& chunk : data_.Snapshot(tenant, Table::kSpans).chunks) {
    catalog.AddChunk(*chunk);
  }
  return catalog.Operations(service);
}

}  // namespace spanhound::store
