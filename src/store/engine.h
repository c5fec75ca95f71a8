// Engine: the store behind store.h, wired together: door (columns, log record), log, head, flusher,
// blocks, compactor, scans.
#pragma once

#include <atomic>
#include <memory>

#include "store/block_directory.h"
#include "store/catalog.h"
#include "store/compact/compactor.h"
#include "store/flusher.h"
#include "store/scan/count.h"
#include "store/scan/prune.h"
#include "store/scan/scan_pool.h"
#include "store/store.h"
#include "store/visible_data.h"
#include "store/wal/wal_recovery.h"
#include "store/wal/wal_writer.h"

namespace spanhound::store {

class Engine : public Store {
 public:
  static Result<std::unique_ptr<Engine>> Open(StoreOptions options, FileSystem& files,
                                              const Clock& clock, Metrics& metrics,
                                              size_t row_group_rows = kRowGroupRows);
  ~Engine() override;

  void Append(model::SpanBatch batch, Done done) override;
  void Append(model::LogBatch batch, Done done) override;
  Status Flush() override;
  // Merges all blocks that are due and waits for it. Not needed: it happens in the background.
  Status Compact() { return compactor_->CompactAndWait(); }
  // Memory of the rows that are not in blocks.
  uint64_t head_bytes() const { return data_.head_bytes(); }

  Result<std::unique_ptr<ScanStream>> Scan(ScanRequest request) override;
  Result<std::vector<GroupCount>> Count(CountRequest request) override;
  Result<std::vector<std::string>> Services(std::string_view tenant) override;
  Result<std::vector<OperationEntry>> Operations(std::string_view tenant,
                                                 std::string_view service) override;

 private:
  Engine(StoreOptions options, FileSystem& files, const Clock& clock, Metrics& metrics);

  Status Recover(size_t row_group_rows);
  Result<WalRecovery> ReplayLog();
  void StartLog(const WalRecovery& recovery);
  void StartBackground(size_t row_group_rows);
  Catalog ReadCatalog(std::string_view tenant) const;
  template <typename Batch>
  void AppendBatch(Batch batch, size_t row_count, Done done);
  // False: past head_bytes_max.
  bool Reserve(uint64_t bytes);

  const StoreOptions options_;
  FileSystem& files_;
  const Clock& clock_;
  Metrics& metrics_;
  Counter& head_full_;
  Counter& refused_batches_;
  ScanPool scan_pool_;

  // In the order of starting; stopped in reverse.
  std::unique_ptr<FileLock> lock_;
  BlockDirectory blocks_;
  VisibleData data_;
  // Chunks on their way to the head: admitted, not published yet.
  std::atomic<uint64_t> pending_bytes_{0};
  std::unique_ptr<WalWriter> wal_;
  std::unique_ptr<Compactor> compactor_;
  std::unique_ptr<Flusher> flusher_;
};

}  // namespace spanhound::store
