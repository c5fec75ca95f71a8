// A scan in no order: part after part, a few of them at a time. Rows come in the order of the
// parts. One thread at a time; what it reads ahead, the scan pool reads with it.
#pragma once

#include <deque>
#include <vector>

#include "store/scan/part_reader.h"
#include "store/scan/read_ahead.h"
#include "store/scan/result_batch.h"
#include "store/scan/scan_pool.h"

namespace spanhound::store {

class UnorderedStream : public ScanStream {
 public:
  UnorderedStream(PartReader reader, std::vector<ScanPart> parts, ScanPool& pool)
      : reader_(std::move(reader)),
        parts_(std::move(parts)),
        pool_(pool),
        read_ahead_(pool.thread_count(), ReadsAll(reader_)),
        rows_left_(reader_.request().limit) {}

  Result<std::optional<ColumnBatch>> Next() override;

 private:
  struct ReadPart {
    TakenRows rows;
    uint64_t memory_bytes = 0;  // while it was read
  };

  static bool ReadsAll(const PartReader& reader) {
    return reader.IsSelective() && reader.request().limit == UINT64_MAX;
  }
  // Beside `batch_bytes` that the batch in the making holds.
  Status ReadNextParts(uint64_t batch_bytes);
  Result<ReadPart> Read(const ScanPart& part) const;

  const PartReader reader_;
  const std::vector<ScanPart> parts_;
  ScanPool& pool_;
  ReadAhead read_ahead_;
  size_t next_ = 0;              // the first part that is not read
  std::deque<TakenRows> ready_;  // of parts before it, none without rows
  uint64_t rows_left_;
};

}  // namespace spanhound::store
