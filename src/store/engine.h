// Engine: the store behind store.h, wired together: door (columns, log record), log, head, flusher,
// blocks, compactor, scans.
#pragma once

#include <memory>

#include "store/block_directory.h"
#include "store/catalog.h"
#include "store/compact/compactor.h"
#include "store/flusher.h"
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
  // Drops and merges all blocks that are due and waits for it. Not needed: it happens in the
  // background.
  Status Compact() { return compactor_->CompactAndWait(); }
  // Memory of the rows that are not in blocks.
  uint64_t head_bytes() const { return data_.head_bytes(); }

  Result<std::unique_ptr<ScanStream>> Scan(ScanRequest request) override;
  Result<std::vector<GroupCount>> Count(CountRequest request) override;
  Result<Listing<std::string>> Services(std::string_view tenant) override;
  Result<Listing<OperationEntry>> Operations(std::string_view tenant,
                                             std::string_view service) override;
  Result<Listing<AttributeKeyEntry>> AttributeKeys(const AttributeRequest& request) override;
  Result<Listing<AttributeValueEntry>> AttributeValues(const AttributeRequest& request) override;

 private:
  Engine(StoreOptions options, FileSystem& files, const Clock& clock, Metrics& metrics);

  Status Recover(size_t row_group_rows);
  Result<WalRecovery> ReplayLog();
  void StartLog(const WalRecovery& recovery);
  void StartBackground(size_t row_group_rows);
  void AddGauges();
  Status FillCatalog(std::string_view tenant, Catalog& catalog) const;
  template <typename Entry>
  Result<Listing<Entry>> CountCut(Result<Listing<Entry>> listing);
  template <typename Batch>
  void AppendBatch(Batch batch, size_t row_count, Done done);

  const StoreOptions options_;
  FileSystem& files_;
  const Clock& clock_;
  Metrics& metrics_;
  Counter& refused_batches_;
  Counter& cut_listings_;
  ScanPool scan_pool_;

  // In the order of starting; stopped in reverse.
  std::unique_ptr<FileLock> lock_;
  BlockDirectory blocks_;
  VisibleData data_;
  HeadBudget budget_;
  std::unique_ptr<WalWriter> wal_;
  std::unique_ptr<Compactor> compactor_;
  std::unique_ptr<Flusher> flusher_;
};

}  // namespace spanhound::store
